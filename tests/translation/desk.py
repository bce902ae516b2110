"""Steps that translators and editors take, without the browser."""

from __future__ import annotations

import json
from typing import Any

from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from hub.models import ContentPage
from translation.segments import Segment, segments_of


def start(page: ContentPage, *languages: str) -> Translation:
    """Starts translations of the page as it is in the database, and returns the one into the first language."""
    original = type(page).objects.get(pk=page.pk)
    translate_object(original, list(Locale.objects.filter(language_code__in=languages)))
    return Translation.objects.get(
        source__object_id=page.translation_key, target_locale__language_code=languages[0], enabled=True
    )


def marked(text: str, language: str) -> str:
    return f"[{language}] {text}"


def fill(translation: Translation, **texts: str) -> None:
    """Translates every text by putting the language before it, except fields whose translations are given."""
    language = translation.target_locale.language_code
    for segment in translation.source.stringsegment_set.select_related("string", "context"):
        StringTranslation.objects.update_or_create(
            translation_of=segment.string,
            locale=translation.target_locale,
            context=segment.context,
            defaults={"data": texts.get(segment.context.path, marked(segment.string.data, language))},
        )


def publish(translation: Translation, capture: Any) -> ContentPage:
    """Publishes the translation as its editor does. `capture` is the fixture django_capture_on_commit_callbacks."""
    translation = Translation.objects.get(pk=translation.pk)
    with capture(execute=True):
        translation.save_target(publish=True)
    return translation.get_target_instance()


def translate(page: ContentPage, language: str, capture: Any, **texts: str) -> ContentPage:
    """Translates the whole page and publishes it."""
    translation = start(page, language)
    fill(translation, **texts)
    return publish(translation, capture)


def republish(page: ContentPage, **fields: Any) -> ContentPage:
    """Publishes the page with other values."""
    page = type(page).objects.get(pk=page.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def desk_url(translation: Translation, path: str = "") -> str:
    """An address of the segment editor."""
    return f"/admin/translations/{translation.pk}/{path}"


def send(client: Any, translation: Translation, path: str, **sent: Any) -> Any:
    """Sends to the editor what its script would."""
    return client.post(desk_url(translation, path), json.dumps(sent), content_type="application/json")


def segment_at(translation: Translation, path: str) -> Segment:
    """The first text at a place of the page."""
    return next(segment for segment in segments_of(translation) if segment.path == path)
