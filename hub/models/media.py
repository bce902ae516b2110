"""Images and documents."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from ..languages import site_language_choices
from .concepts import PlainConceptsField

# Files that were stored in the request under way, with the models of their rows: see `hub.uploads`.
stored_now: ContextVar[list[tuple[Any, str]] | None] = ContextVar("stored_now", default=None)


class Uploaded:
    """What has a `file` that an editor uploads. Comes before the model."""

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Leaves no file without a row: Django writes the file first, and the row may find no room."""
        file: Any = self.file  # type: ignore[attr-defined]
        is_new = bool(file) and not file._committed
        try:
            # What is told of it may fail, too: then there is no row either.
            with transaction.atomic():
                super().save(*args, **kwargs)  # type: ignore[misc]
        except BaseException:
            if is_new and file._committed:
                file.storage.delete(file.name)
            raise
        if is_new and (stored := stored_now.get()) is not None:
            stored.append((type(self), file.name))


class HubImage(Uploaded, AbstractImage):
    credit = models.CharField(_("credit"), max_length=200, blank=True, help_text=_("Who made it, and its licence."))

    admin_form_fields = (*Image.admin_form_fields, "credit")

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")


class HubRendition(AbstractRendition):
    image = models.ForeignKey(HubImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="unique_rendition")
        ]


class HubDocument(Uploaded, AbstractDocument):
    """A file that readers download and find by its text."""

    language = models.CharField(_("language"), max_length=15, blank=True, choices=site_language_choices)
    description = models.TextField(_("description"), blank=True, help_text=_("What is in it, in its own language."))
    themes = PlainConceptsField(
        "hub.Theme",
        blank=True,
        related_name="documents",
        verbose_name=_("themes"),
        help_text=_("Themes make the document appear in hubs and on theme pages."),
    )

    admin_form_fields = (*Document.admin_form_fields, "language", "description", "themes")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def clean(self) -> None:
        # Of a file that was refused Wagtail would say, too, that its name has no ending.
        if self.file:
            super().clean()
