"""Generated texts as wagtail-localize stores them, with markup, in any script, with all that has ever gone wrong."""

from datetime import UTC, datetime
from html import escape
from types import SimpleNamespace
from uuid import uuid4

from hypothesis import strategies as st

from translation.files.exchange import Exported, unix
from translation.inline import Mark, data_of, read
from translation.places import Kind, Place
from translation.segments import Condition, Segment

NASTY = [
    "R&D", "a < b", "<1>", "</1>", "\\<1>", "<b>", "</a>", "&amp;", "&lt;", "]]>", "<!--", "<?pi?>", '"', "'", "\\",
    "\\n", "{0}", "%(name)s", "#, fuzzy", 'msgid ""', "\x00", "\x0b\x1f", "\u2028", "\ufffe", "\r\n", "\n", "\n\n",
    "\t", "  ", "\u00a0", "\u00ad", "\u200f", "🇪🇺", "👩\u200d🔬", "שלום", "العربية", "日本語", "Ελλάδα", "Łódź",
]  # fmt: skip
words = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12),
)
texts = st.lists(words, min_size=1, max_size=4).map("".join)
NAMES = ["a", "b", "i", "em", "strong", "code"]
# Names of elements within each other.
trees = st.recursive(
    texts,
    lambda inner: st.tuples(st.sampled_from(NAMES), st.lists(inner, max_size=3)),
    max_leaves=5,
)


@st.composite
def sources(draw):
    """A text with up to a handful of elements, links numbered as wagtail-localize numbers them."""
    links = 0

    def written(node):
        nonlocal links
        if isinstance(node, str):
            return escape(node, quote=False).replace("\n", "<br/>")
        name, children = node
        start = f"<{name}>"
        if name == "a":
            links += 1
            start = f'<a id="a{links}">'
        return f"{start}{''.join(map(written, children))}</{name}>"

    return "x" + "".join(map(written, draw(st.lists(trees, min_size=1, max_size=4))))


@st.composite
def translations(draw, source):
    """A translation with all elements of the source in any order, as the editor would store it."""
    numbers = draw(st.permutations(range(1, len(read(source).elements) + 1)))

    def arranged(rest):
        parts = [unix(draw(texts))]
        while rest:
            first, *rest = rest
            within = draw(st.integers(0, len(rest)))
            parts += [Mark(first, closes=False), *arranged(rest[:within]), Mark(first, closes=True), unix(draw(texts))]
            rest = rest[within:]
        return parts

    return data_of(["ü", *arranged(list(numbers))], source)


@st.composite
def segments(draw, number):
    source = draw(sources())
    condition = draw(st.sampled_from(Condition))
    values = {}
    if condition == Condition.CHANGED:
        values = {"old_source": draw(sources())}
        values["old_target"] = draw(translations(values["old_source"]))
    elif condition != Condition.NEW:
        values = {"target": draw(translations(source)), "version": "1-1", "error": draw(texts)}
    links = {element.id: "https://example.org/?a=1&b=<2>" for element in read(source).elements if element.id}
    return Segment(
        pk=number,
        string_id=number,
        context_id=number,
        path=f"body.{uuid4()}.{number}",
        order=number,
        place=Place(Kind.TEXT, draw(texts), "", draw(st.sampled_from([None, 100_000]))),
        source=source,
        links=links,
        condition=condition,
        **values,
    )


@st.composite
def exports(draw):
    """All that a file tells, without a database."""
    found = [draw(segments(number)) for number in range(1, draw(st.integers(1, 4)) + 1)]
    source, target = draw(st.permutations(["de", "en", "pt-br", "sr-latn", "bg"]))[:2]
    translation = SimpleNamespace(
        uuid=uuid4(),
        source=SimpleNamespace(locale=SimpleNamespace(language_code=source), object_repr="A page"),
        target_locale=SimpleNamespace(language_code=target),
    )
    notes = {(1, 1): [draw(texts)]}
    at = datetime(2026, 2, 25, 12, 30, 1, 123456, tzinfo=UTC)
    return Exported(translation, found, notes, draw(texts), "https://hub.test/edit/", "https://hub.test/see/", at)
