"""The editing form of content."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm


class ContentPageForm(WagtailAdminPageForm):
    """A draft may lack what a published page must have: see `ContentPage.clean`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("go_live_at", "expire_at"):
            if name in self.fields:
                # Wagtail activates the zone that editors have set in their accounts.
                zone = timezone.get_current_timezone_name().replace("_", " ")
                self.fields[name].help_text = _("In the time zone of your account: %(zone)s.") % {"zone": zone}

    def _post_clean(self) -> None:
        self.instance.is_saved_as_draft = self.is_deferred_validation
        super()._post_clean()
