"""The editing form of content."""

from __future__ import annotations

from wagtail.admin.forms import WagtailAdminPageForm


class ContentPageForm(WagtailAdminPageForm):
    """A draft may lack what a published page must have: see `ContentPage.clean`."""

    def _post_clean(self) -> None:
        self.instance.is_saved_as_draft = self.is_deferred_validation
        super()._post_clean()
