"""XML from strangers, read without harm, and XML for them, written as text."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import (  # type: ignore[import-untyped]
    DTDForbidden,
    EntitiesForbidden,
    ExternalReferenceForbidden,
)
from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]
from django.utils.translation import gettext as _

from ..inline import FORBIDDEN
from .exchange import FileError
from .limits import DEEPEST

LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def events(
    stream: IO[bytes], whole: Collection[str] = (), *, may_name_dtd: bool = False
) -> Iterator[tuple[str, Element, list[Element]]]:
    """("start" or "end", element, the elements that it stands in) of a file, piece by piece. Raises FileError.

    Elements that `whole` names have all that is in them when they end; all else is forgotten as soon as it ends.
    `may_name_dtd` allows a DOCTYPE, which is never fetched; entities are refused in any case.
    """
    around: list[Element] = []
    kept = 0
    try:
        for event, element in iterparse(stream, ("start", "end"), forbid_dtd=not may_name_dtd):
            if event == "start":
                if len(around) == DEEPEST:
                    raise FileError(_("Its elements stand too deep within each other."))
                yield event, element, around
                around.append(element)
                kept += name_of(element) in whole
                continue
            around.pop()
            kept -= name_of(element) in whole
            yield event, element, around
            if around and not kept:
                del around[-1][:]
    except EntitiesForbidden:
        raise FileError(_("It defines entities, which are not allowed here.")) from None
    except DTDForbidden:
        raise FileError(_("It has a document type declaration (DOCTYPE), which is not allowed here.")) from None
    except ExternalReferenceForbidden:
        raise FileError(_("It refers to another file, which is not allowed here.")) from None
    except ParseError as error:
        line, column = error.position
        raise FileError(
            _("It is no well-formed XML: line %(line)s, column %(column)s.") % {"line": line, "column": column + 1}
        ) from None
    except (UnicodeError, LookupError) as error:
        raise FileError(_("Its characters are not in the encoding that it names.")) from error
    except FileError:
        raise
    except ValueError as error:  # expat of encodings with several bytes
        raise FileError(_("Its encoding is not known: save it as UTF-8.")) from error


def name_of(element: Element) -> str:
    """The name without its namespace; "" for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Element, name: str) -> list[Element]:
    return [child for child in element if name_of(child) == name]


def child(element: Element, name: str) -> Element | None:
    return next(iter(children(element, name)), None)


def words_of(element: Element | None) -> str:
    """The text of an element and all within it."""
    return "".join(element.itertext()) if element is not None else ""


def text(value: str) -> str:
    """Characters for XML. What XML cannot contain is left out."""
    value = FORBIDDEN.sub("", value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return value.replace("\r", "&#13;")


def tag(name: str, /, **attributes: Any) -> str:
    """A start tag. Attributes of None are left out; in their names `__` is a colon, and `_` a hyphen."""
    written = "".join(
        f' {key.replace("__", ":").replace("_", "-")}="{_quoted(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>"


def element(name: str, content: str = "", /, **attributes: Any) -> str:
    """An element with text that is escaped."""
    return f"{tag(name, **attributes)}{text(content)}</{name}>"


def _quoted(value: str) -> str:
    return text(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
