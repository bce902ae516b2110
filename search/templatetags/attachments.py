from django import template

from hub.models import HubDocument
from search.attachments import note

register = template.Library()


@register.simple_tag
def attachment_note(document: HubDocument) -> str:
    """What keeps the text of a document from being found, in a sentence; empty if nothing does."""
    return note(document)
