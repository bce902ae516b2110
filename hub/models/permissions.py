"""Who may edit which page."""

from __future__ import annotations

from wagtail.models import PagePermissionTester

EDIT_ORIGINALS = "hub.edit_originals"


class HubPagePermissionTester(PagePermissionTester):
    """Wagtail's rules, and: only those with `hub.edit_originals` change pages that are not translations.

    Translators lack it, so that they work on translations alone.
    """

    def _may_touch(self) -> bool:
        return bool(getattr(self.page, "translated_from", "")) or self.user.has_perm(EDIT_ORIGINALS)

    def can_edit(self) -> bool:
        return self._may_touch() and super().can_edit()

    def can_add_subpage(self) -> bool:
        return self.user.has_perm(EDIT_ORIGINALS) and super().can_add_subpage()

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return self.user.has_perm(EDIT_ORIGINALS) and super().can_delete(ignore_bulk)

    def can_publish(self) -> bool:
        return self._may_touch() and super().can_publish()

    def can_unpublish(self) -> bool:
        return self._may_touch() and super().can_unpublish()

    def can_move(self) -> bool:
        return self.user.has_perm(EDIT_ORIGINALS) and super().can_move()
