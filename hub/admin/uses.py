"""Where a concept is used, and the deletion of concepts that nothing uses."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import ReferenceIndex
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.views import snippets as views

from .. import references
from ..models import CONCEPTS, Concept


class ConceptUsageView(views.UsageView):
    """Where a concept is used now, even if the reference index lags behind."""

    def get_queryset(self) -> Any:
        references.catch_up(self.object)
        return super().get_queryset()

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(*args, **kwargs) | {"drafts": uses_in_drafts(self.object, self.request.user)}


class ConceptDeleteView(views.DeleteView):
    """Deletes a concept that nothing uses; of others it shows where they are used."""

    def get_usage(self) -> Any:
        references.catch_up(self.object)
        self.drafts = uses_in_drafts(self.object, self.request.user)
        return super().get_usage()

    @property
    def is_used(self) -> bool:
        return bool(self.usage.count() or self.drafts)

    def form_valid(self, form: Any) -> HttpResponse:
        if self.is_used:
            return self.render_to_response(self.get_context_data(form=form), status=409)
        response: HttpResponse = super().form_valid(form)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "is_protected": self.is_used,
            "uses": uses_of(self.object, self.request.user),
            "drafts": self.drafts,
            "merge_url": reverse(self.object.snippet_viewset.get_url_name("merge"), args=[self.object.pk]),
        }


class DeleteConcepts(DeleteBulkAction):
    """Deletes several concepts; those in use are shown with their uses, and then none is deleted."""

    models = CONCEPTS
    template_name = "hub/admin/delete_concepts.html"

    def annotate_items(self, items: Any) -> Any:
        for concept in items:
            references.catch_up(concept)
        items = super().annotate_items(items)
        for concept in items:
            concept.draft_uses = uses_in_drafts(concept, self.request.user)
            concept.is_used = bool(concept._usage_references.count() or concept.draft_uses)
        self.is_protected = any(concept.is_used for concept in items)
        return items

    def object_context(self, concept: Any) -> dict[str, Any]:
        return super().object_context(concept) | {
            "uses": uses_of(concept, self.request.user, limit=5),
            "drafts": concept.draft_uses,
            "is_protected": concept.is_used,
        }

    def prepare_action(self, objects: Any, objects_without_access: Any) -> None:
        if self.is_protected:
            raise PermissionDenied

    @classmethod
    def execute_action(cls, objects: Any, user: Any = None, **kwargs: Any) -> tuple[int, int]:
        for concept in objects:
            concept.delete()
        return len(objects), 0


def uses_of(concept: Concept, user: Any, limit: int = 20) -> list[dict[str, Any]]:
    """The first uses of a concept: name, kind and, if the user may edit it, address. `catch_up` comes first."""
    groups = ReferenceIndex.get_grouped_references_to(concept)
    finder = AdminURLFinder(user)
    rows: list[dict[str, Any]] = []
    for holder, entries in groups:
        if len(rows) == limit:
            break
        rows.append({"name": str(holder), "kind": entries[0].model_name, "url": finder.get_edit_url(holder)})
    return rows


def uses_in_drafts(concept: Concept, user: Any) -> list[dict[str, Any]]:
    finder = AdminURLFinder(user)
    return [
        {"name": str(holder), "kind": holder._meta.verbose_name, "url": finder.get_edit_url(holder)}
        for holder in references.drafts_naming(concept)
    ]
