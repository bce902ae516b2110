"""Who asks, as far as limits need it."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address, IPv6Address, IPv6Network

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def client_address(request: HttpRequest) -> str:
    """The address of who asks: of IPv6 the network of 64 bits, which one connection has to itself.

    Behind proxies (the setting PROXIES) it is what the outermost of them says; without one, or if it says nothing that
    is an address, it is who opened the connection.
    """
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    candidates = [request.META.get("REMOTE_ADDR", "")]
    if 0 < settings.PROXIES <= len(said):
        candidates.insert(0, said[-settings.PROXIES].strip())
    for candidate in candidates:
        try:
            return str(IPv4Address(candidate))
        except AddressValueError:
            pass
        try:
            address = IPv6Address(candidate)
        except AddressValueError:
            continue
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(IPv6Network((address.packed, 64), strict=False).network_address)
    return "0.0.0.0"  # noqa: S104 - nobody listens here: it stands for an unknown address


def client_pseudonym(request: HttpRequest) -> str:
    """The same for the same client, and without the SECRET_KEY nobody can tell whose address it was.

    It is itself written as an address (of the range for private use, RFC 4193), so that it fits where one is stored.
    """
    digest = salted_hmac("hub.clients", client_address(request), algorithm="sha256").digest()
    return str(IPv6Address(b"\xfd" + digest[:15]))
