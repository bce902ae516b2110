"""Merging two concepts of one kind: choose, see what will change, confirm."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.snippets.widgets import AdminSnippetChooser

from .. import references
from ..languages import own_name
from ..merging import gains, merge_concepts
from ..models import Theme
from ..models.concepts import Concept
from .forms import MergeForm
from .uses import uses_in_drafts, uses_of


class MergeView(PermissionCheckedMixin, BaseObjectMixin, WagtailAdminTemplateMixin, View):
    """GET shows the choice, GET with `target` what would change, POST with `target` does it.

    Merging deletes a concept, so it takes the permission to delete.
    """

    page_title = gettext_lazy("Merge")
    header_icon = "resubmit"
    template_name = "hub/admin/merge.html"
    permission_required = "delete"
    object: Concept

    def get_page_subtitle(self) -> str:
        return self.object.label()

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        viewset = self.model.snippet_viewset
        return [
            *self.breadcrumbs_items,
            {"url": reverse(viewset.get_url_name("list")), "label": capfirst(self.model._meta.verbose_name_plural)},
            {"url": reverse(viewset.get_url_name("edit"), args=[self.object.pk]), "label": self.object.label()},
            {"url": "", "label": _("Merge")},
        ]

    def get_form(self, data: Any) -> MergeForm:
        widget = None if self.model is Theme else AdminSnippetChooser(model=self.model)
        return MergeForm(data, source=self.object, widget=widget)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(request.GET if "target" in request.GET else None)
        return self.render_to_response(self.get_context_data(form=form))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        target, source_name = form.cleaned_data["target"], self.object.label()
        merge_concepts(source=self.object, target=target, user=request.user)
        text = _("“%(source)s” is now “%(target)s” everywhere.") % {"source": source_name, "target": target.label()}
        messages.success(request, text)
        return redirect(self.model.snippet_viewset.get_url_name("edit"), target.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        form = context["form"]
        context.update(source=self.object, opts=self.model._meta, media=form.media, own_url=self.request.path)
        if form.is_bound and form.is_valid():
            target = form.cleaned_data["target"]
            found = gains(self.object, target)
            references.catch_up(self.object)
            context.update(
                target=target,
                uses=uses_of(self.object, self.request.user),
                uses_count=len(references.holders(self.model, [self.object.pk])[self.object.pk]),
                drafts=uses_in_drafts(self.object, self.request.user),
                names=[(own_name(row.language), str(row)) for row in found.names],
                alternatives=[(own_name(code), ", ".join(words)) for code, words in found.alternatives.items()],
                values=[(capfirst(field.verbose_name), value) for field, value in found.values],
            )
        return context
