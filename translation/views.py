"""wagtail-localize's own views, with the hub's rules. They stand at the same addresses, before the originals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail_localize.views.report import TranslationsReportView
from wagtail_localize.views.submit_translations import SubmitPageTranslationView, SubmitTranslationForm
from wagtail_localize.views.update_translations import UpdateTranslationsForm, UpdateTranslationsView

from hub.models import ContentPage

from .people import locales_of
from .sources import dated_by_texts
from .starting import take


def languages_open_to(user: Any, page: ContentPage) -> list[Locale]:
    """Languages into which the user may translate the page: they are the user's, the page's parent exists there, and
    the user may edit below it."""
    policy = PagePermissionPolicy()
    parents = page.get_parent().get_translations().filter(locale__in=locales_of(user)).select_related("locale")
    return [parent.locale for parent in parents if policy.user_has_permission_for_instance(user, "change", parent)]


class TranslatePageForm(SubmitTranslationForm):
    """Asks for languages only: what stands below a page is translated page by page."""

    include_subtree = forms.BooleanField(required=False, disabled=True, widget=forms.HiddenInput)

    def __init__(self, page: ContentPage, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(page, *args, **kwargs)
        languages = languages_open_to(user, page)
        locales = self.fields["locales"]
        locales.queryset = locales.queryset.filter(pk__in=[locale.pk for locale in languages])


class TranslatePageView(SubmitPageTranslationView):
    """Starts translations of a live original as drafts."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("wagtail_localize.submit_translation"):
            raise PermissionDenied
        page = self.get_object()
        original = original_of(page)
        if original is None:
            messages.error(request, _("“%(page)s” is not translated: only content is.") % {"page": page})
        elif not original.live:
            messages.error(
                request, _("“%(page)s” is not public yet. Translate it once it is published.") % {"page": original}
            )
        elif original.pk != page.pk:
            messages.info(
                request,
                _("“%(page)s” is itself a translation. New translations start from its original, “%(original)s”.")
                % {"page": page, "original": original},
            )
            return redirect("wagtail_localize:submit_page_translation", original.pk)
        else:
            return super().dispatch(request, *args, **kwargs)
        return redirect("wagtailadmin_explore", page.get_parent().pk)

    def get_form(self) -> TranslatePageForm:
        data = self.request.POST if self.request.method == "POST" else None
        chosen = Locale.objects.filter(language_code=self.request.GET.get("select_locale", ""))
        return TranslatePageForm(self.object, data, initial={"locales": chosen}, user=self.request.user)

    def form_valid(self, form: TranslatePageForm) -> HttpResponseBase:
        try:
            with transaction.atomic():
                self.object.full_clean()
                response = super().form_valid(form)
        except ValidationError as error:
            for message in error.messages:
                messages.error(self.request, message)
        except (Page.DoesNotExist, IntegrityError):
            messages.error(self.request, _("The translation could not be created."))
        else:
            take(self.request.user, self.object.translation_key, [each.pk for each in form.cleaned_data["locales"]])
            return response
        return redirect("wagtail_localize:submit_page_translation", self.object.pk)


def original_of(page: Page) -> ContentPage | None:
    """The page of the same work that is no translation; None if it is gone, or if the page is no content."""
    if not isinstance(page, ContentPage):
        return None
    return type(page).objects.filter(translation_key=page.translation_key, translated_from="").first()


class ReportView(TranslationsReportView):
    """Running translations: those that were exported before anybody began them are none."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(enabled=True)


class UpdateForm(UpdateTranslationsForm):
    """Updates what translators see. Publishing is up to each translation's own editor."""

    publish_translations = forms.BooleanField(required=False, disabled=True, widget=forms.HiddenInput)


class UpdateView(UpdateTranslationsView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        source = self.get_object().get_source_instance()
        translations = source.get_translations()
        if not any(page.specific.permissions_for_user(request.user).can_edit() for page in translations):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form(self) -> UpdateForm:
        return UpdateForm(self.request.POST if self.request.method == "POST" else None)

    def form_valid(self, form: UpdateForm) -> HttpResponseBase:
        with dated_by_texts(self.object):
            return super().form_valid(form)
