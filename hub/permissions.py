"""Who may do what with a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wagtail.models import PagePermissionTester

EDIT_ORIGINALS = "hub.edit_originals"

# Each is asked with a user and a translation, and may refuse. What knows more about translators adds itself.
TRANSLATION_RULES: list[Callable[[Any, Any], bool]] = []


class HubPagePermissionTester(PagePermissionTester):
    """Wagtail's rules, and: only those with `hub.edit_originals` change pages that are not translations.

    Translators lack it. They edit, publish and unpublish translations into their languages, and neither create, copy,
    move nor delete.
    """

    @property
    def _edits_originals(self) -> bool:
        return self.user.has_perm(EDIT_ORIGINALS)

    @property
    def _may_touch(self) -> bool:
        if self._edits_originals:
            return True
        is_translation = bool(getattr(self.page, "translated_from", ""))
        return is_translation and all(rule(self.user, self.page) for rule in TRANSLATION_RULES)

    def can_edit(self) -> bool:
        return self._may_touch and super().can_edit()

    def can_publish(self) -> bool:
        return self._may_touch and super().can_publish()

    def can_unpublish(self) -> bool:
        return self._may_touch and super().can_unpublish()

    def can_submit_for_moderation(self) -> bool:
        return self._may_touch and super().can_submit_for_moderation()

    def can_lock(self) -> bool:
        return self._may_touch and super().can_lock()

    def can_unlock(self) -> bool:
        return self._may_touch and super().can_unlock()

    def can_set_view_restrictions(self) -> bool:
        return self._edits_originals and super().can_set_view_restrictions()

    def can_add_subpage(self) -> bool:
        return self._edits_originals and super().can_add_subpage()

    def can_publish_subpage(self) -> bool:
        return self._edits_originals and super().can_publish_subpage()

    def can_reorder_children(self) -> bool:
        return self._edits_originals and super().can_reorder_children()

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return self._edits_originals and super().can_delete(ignore_bulk)

    def can_move(self) -> bool:
        return self._edits_originals and super().can_move()

    def can_copy(self) -> bool:
        return self._edits_originals and super().can_copy()
