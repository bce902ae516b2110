"""A passkey, set up and used with the browser's own virtual authenticator."""

import pytest

pytestmark = pytest.mark.browser


def test_an_editor_sets_up_a_passkey_and_logs_in_with_it_alone(hub, visit):
    # Passkeys belong to a name and not to a number.
    site = hub.url.replace("127.0.0.1", "localhost")
    page, login = visit(), hub.logins["editor"]
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    page.goto(f"{site}/admin/login/")
    page.locator("input[name=login]").fill(login["username"])
    page.locator("input[name=password]").fill(login["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site}/admin/")
    page.goto(f"{site}/admin/login/factor/webauthn/add/")
    page.locator("input[name=password]").fill(login["password"])
    page.get_by_role("button", name="Confirm").click()
    page.locator("input[name=name]").fill("Laptop")
    page.locator("input[name=passwordless]").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/recovery-codes/")

    page.context.clear_cookies()
    page.goto(f"{site}/admin/login/?next=/admin/pages/")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(f"{site}/admin/pages/")

    # Others log in as this editor with a password.
    page.goto(f"{site}/admin/login/factor/webauthn/")
    page.get_by_role("link", name="Remove").click()
    page.locator("input[name=password]").fill(login["password"])
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("button", name="Remove").click()
    page.wait_for_url(f"{site}/admin/login/factor/webauthn/")
