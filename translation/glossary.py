"""The glossary and the search of the memory, in the administration."""

from __future__ import annotations

import re
from typing import Any, ClassVar

import django_filters
from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.history import HistoryView
from wagtail.admin.views.generic.usage import UsageView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.models import Locale

from .files.forms import LanguageField
from .inline import plain
from .memory import concordance
from .models import Concept, Term
from .notices import language_of
from .people import locales_of
from .queue.navigation import desk_tabs

MOST = 50  # units that a search shows


def words_of(concept: Concept) -> SafeString:
    """The terms of a concept by language, forbidden ones struck out."""
    lines: dict[str, list[SafeString]] = {}
    for term in concept.terms.all():
        form = "<s>{}</s>" if term.status == Term.Status.FORBIDDEN else "{}"
        lines.setdefault(term.locale.language_code, []).append(format_html(form, term.text))
    return format_html_join(
        "",
        "<div><b>{}</b> {}</div>",
        ((code, format_html_join(", ", "{}", ((word,) for word in words))) for code, words in sorted(lines.items())),
    )


class ConceptFilterSet(WagtailFilterSet):
    language = django_filters.ModelChoiceFilter(
        field_name="terms__locale",
        queryset=lambda request: Locale.objects.order_by("language_code"),
        label=gettext_lazy("Language"),
        distinct=True,
    )
    domain = django_filters.ChoiceFilter(label=gettext_lazy("Domain"))

    class Meta:
        model = Concept
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        domains = Concept.objects.exclude(domain="").order_by("domain").values_list("domain", flat=True).distinct()
        self.form.fields["domain"].choices = [(domain, domain) for domain in domains]


class InTheDesk(WagtailAdminTemplateMixin):
    """Mixed into views of Wagtail's: their page, `page_of_wagtail`, gets the tabs of the desk."""

    template_name = "translation/glossary.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "desk_tabs": desk_tabs(self.request, "glossary:index")}


class ConceptIndexView(InTheDesk, generic.IndexView):
    page_of_wagtail = generic.IndexView.template_name
    page_title = gettext_lazy("Glossary")
    results_template_name = "translation/glossary_results.html"
    table_classname = "listing desk-listing"

    @cached_property
    def no_results_message(self) -> str:
        if self.is_searching or self.is_filtering:
            return _("Nothing matches these filters.")
        return _("There are no terms in it.")

    def search_queryset(self, queryset: Any) -> Any:
        return super().search_queryset(queryset).distinct()


class ConceptCreateView(InTheDesk, generic.CreateView):
    page_of_wagtail = generic.CreateView.template_name


class ConceptEditView(InTheDesk, generic.EditView):
    page_of_wagtail = generic.EditView.template_name


class ConceptDeleteView(InTheDesk, generic.DeleteView):
    page_of_wagtail = generic.DeleteView.template_name


class ConceptHistoryView(InTheDesk, HistoryView):
    page_of_wagtail = HistoryView.template_name


class ConceptUsageView(InTheDesk, UsageView):
    page_of_wagtail = UsageView.template_name


class ConceptViewSet(ModelViewSet):
    """Who may view concepts sees the list, with all that they say."""

    model = Concept
    name = "glossary"
    icon = "openquote"
    menu_label = gettext_lazy("Glossary")
    index_view_class = ConceptIndexView
    add_view_class = ConceptCreateView
    edit_view_class = ConceptEditView
    delete_view_class = ConceptDeleteView
    history_view_class = ConceptHistoryView
    usage_view_class = ConceptUsageView
    filterset_class = ConceptFilterSet
    copy_view_enabled = False
    inspect_view_enabled = False
    search_backend_name = None
    search_fields: ClassVar[list[str]] = ["terms__text", "domain", "note"]
    ordering: ClassVar[list[str]] = ["domain", "pk"]
    list_per_page = 50
    list_display: ClassVar[list[Any]] = [
        "__str__",
        Column("terms", label=gettext_lazy("Terms"), accessor=words_of),
        Column("domain", label=gettext_lazy("Domain"), accessor="domain", sort_key="domain"),
        Column("note", label=gettext_lazy("Note"), accessor="note"),
    ]
    panels: ClassVar[list[Any]] = [
        InlinePanel(
            "terms",
            heading=gettext_lazy("Terms"),
            label=gettext_lazy("Term"),
            min_num=1,
            panels=[
                FieldRowPanel([FieldPanel("locale"), FieldPanel("text"), FieldPanel("status")]),
                FieldPanel("note"),
            ],
        ),
        FieldPanel("domain"),
        FieldPanel("note"),
    ]

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        concepts = Concept.objects.prefetch_related("terms__locale")
        return super().get_index_view_kwargs(**kwargs) | {"queryset": concepts}


@hooks.register("register_admin_viewset")
def glossary() -> Any:
    return ConceptViewSet("glossary", url_prefix="translations/glossary")


class SearchForm(forms.Form):
    source = LanguageField(label=gettext_lazy("From"), empty_label=None)
    target = LanguageField(label=gettext_lazy("Into"), empty_label=None)
    q = forms.CharField(label=gettext_lazy("Words"), max_length=200)


def languages_for(user: Any) -> dict[str, int]:
    """The languages between which somebody most likely searches: from the hub's first into one of his or her own."""
    codes = dict(Locale.objects.order_by("language_code").values_list("pk", "language_code"))
    own = [pk for pk in codes if pk in locales_of(user)] or list(codes)
    target = min(own, key=lambda pk: (codes[pk] == settings.LANGUAGE_CODE, codes[pk] != language_of(user)))
    source = min(codes, key=lambda pk: (pk == target, codes[pk] != settings.LANGUAGE_CODE))
    return {"source": source, "target": target}


def search_memory(request: HttpRequest) -> HttpResponse:
    """How words were translated before, in any two languages."""
    if not request.user.has_perm("wagtail_localize.submit_translation"):
        raise PermissionDenied
    languages = languages_for(request.user)
    form = SearchForm({**languages, **request.GET.dict()} if "q" in request.GET else None, initial=languages)
    found = []
    if form.is_valid():
        words = form.cleaned_data["q"]
        matches = concordance(
            words, source=form.cleaned_data["source"], target=form.cleaned_data["target"], limit=MOST
        )
        found = [
            {"match": match, "source": _marked(match.source, words), "target": _marked(match.target, words)}
            for match in matches
        ]
    context = {
        "form": form,
        "found": found,
        "searched": form.is_bound and form.is_valid(),
        "header_title": _("Translation memory"),
        "header_icon": "search",
        "breadcrumbs_items": [
            {"url": reverse("translation_desk:queue"), "label": _("Translations")},
            {"url": "", "label": _("Translation memory")},
        ],
        "desk_tabs": desk_tabs(request, "translation_desk:memory"),
    }
    return render(request, "translation/memory.html", context)


def _marked(data: str, words: str) -> SafeString:
    """The text without markup, with the words that were looked for marked."""
    pattern = re.compile("|".join(map(re.escape, sorted(words.split(), key=len, reverse=True))), re.IGNORECASE)
    text = plain(data)
    parts, position = [], 0
    for match in pattern.finditer(text):
        parts += [("{}", text[position : match.start()]), ("<mark>{}</mark>", match[0])]
        position = match.end()
    parts.append(("{}", text[position:]))
    return format_html_join("", "{}", ((format_html(form, part),) for form, part in parts))
