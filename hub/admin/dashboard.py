"""What the dashboard shows beside Wagtail's own panels."""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui.components import Component

from ..languages import language_name
from ..models import content_models

SHOWN = 10


class UnpublishedTranslations(Component):
    """Translations that are not published yet, the latest first, for those who translate."""

    order = 150
    template_name = "hub/admin/unpublished_translations.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = parent_context["request"].user
        pages = [
            page
            for model in content_models()
            for page in model.objects.filter(live=False)
            .exclude(translated_from="")
            .select_related("locale")
            .defer_streamfields()
            .order_by("-latest_revision_created_at")[:SHOWN]
        ]
        pages.sort(key=lambda page: (page.latest_revision_created_at is not None, page.latest_revision_created_at))
        rows = [
            {"page": page, "source": language_name(page.translated_from), "language": language_name(page.language)}
            for page in reversed(pages)
            if page.permissions_for_user(user).can_edit()
        ]
        return {"rows": rows[:SHOWN]}
