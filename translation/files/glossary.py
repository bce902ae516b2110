"""The glossary as rows, which TBX and CSV share, and taking such rows in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale

from ..models import Concept, GlossaryVersion, Term
from .exchange import FileError, locale_finder
from .limits import MOST_TERMS

LONGEST_DOMAIN = 120
LONGEST_TERM = 255
LONGEST_NOTE = 255
SHOWN_REASONS = 20
BATCH = 200


@dataclass
class TermRow:
    language: str  # BCP 47, or the code of a locale
    text: str
    status: str = Term.Status.PREFERRED
    note: str = ""


@dataclass
class ConceptRow:
    domain: str = ""
    note: str = ""
    terms: list[TermRow] = field(default_factory=list)


@dataclass
class LoadedTerms:
    """What came of a file; `reasons` say what was left out, `skipped` how much."""

    concepts: int = 0
    terms: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0
    reasons: list[str] = field(default_factory=list)

    def skip(self, reason: str) -> None:
        self.skipped += 1
        if reason not in self.reasons and len(self.reasons) < SHOWN_REASONS:
            self.reasons.append(reason)


def concepts() -> list[Concept]:
    """The whole glossary, in the order of its domains."""
    found = list(Concept.objects.prefetch_related("terms__locale").order_by("domain", "pk"))
    return [concept for concept in found if concept.terms.all()]


@transaction.atomic
def load(rows: Iterable[ConceptRow], *, may: Callable[[Locale], bool]) -> LoadedTerms:
    """Take concepts in. One that shares terms with a concept here is that one: its terms are added, and what the file
    says of those that are there is taken over. Nothing is taken away. `may` says whether the user works in a
    language. Raises FileError if there are too many."""
    rows = list(rows)
    if sum(len(row.terms) for row in rows) > MOST_TERMS:
        raise FileError(_("It has more than %(count)s terms.") % {"count": MOST_TERMS})
    loaded = LoadedTerms()
    locale_of = locale_finder()
    allowed = {locale.pk for locale in Locale.objects.all() if may(locale)}
    by_word: dict[tuple[int, str], list[Concept]] = defaultdict(list)
    existing: dict[tuple[int, int, str], Term] = {}
    for concept in concepts():
        for term in concept.terms.all():
            by_word[(term.locale_id, term.text)].append(concept)
            existing[(concept.pk, term.locale_id, term.text)] = term
    taken: set[int] = set()
    new, changed, found = [], [], []
    for row in rows:
        terms = _usable(row, locale_of, allowed, loaded)
        if not terms:
            continue
        same = _same(row, terms, by_word, taken)
        domain = row.domain[:LONGEST_DOMAIN]
        if same is None:
            same = Concept(domain=domain, note=row.note)
            new.append(same)
        else:
            taken.add(same.pk)
            if (row.domain and same.domain != domain) or (row.note and same.note != row.note):
                same.domain, same.note = domain or same.domain, row.note or same.note
                same.changed_at = timezone.now()
                changed.append(same)
        found.append((same, terms))
    Concept.objects.bulk_create(new, batch_size=BATCH)
    Concept.objects.bulk_update(changed, ["domain", "note", "changed_at"], batch_size=BATCH)
    loaded.concepts, loaded.changed = len(new), len(changed)
    _take_terms(found, existing, loaded)
    if loaded.concepts or loaded.terms or loaded.changed:
        GlossaryVersion.changed()
    return loaded


def _usable(
    row: ConceptRow, locale_of: Callable[[str], Locale | None], allowed: set[int], loaded: LoadedTerms
) -> list[tuple[Locale, TermRow]]:
    terms: dict[tuple[int, str], tuple[Locale, TermRow]] = {}
    for term in row.terms:
        term.text = " ".join(term.text.split())
        locale = locale_of(term.language)
        if not term.text:
            loaded.skip(_("A term is empty."))
        elif locale is None:
            loaded.skip(_("The hub has no language %(language)s.") % {"language": term.language[:40]})
        elif locale.pk not in allowed:
            loaded.skip(_("%(language)s is not among your languages.") % {"language": locale.language_code})
        elif len(term.text) > LONGEST_TERM:
            loaded.skip(_("A term is longer than %(count)s characters.") % {"count": LONGEST_TERM})
        else:
            terms.setdefault((locale.pk, term.text), (locale, term))
    return list(terms.values())


def _same(
    row: ConceptRow,
    terms: list[tuple[Locale, TermRow]],
    by_word: dict[tuple[int, str], list[Concept]],
    taken: set[int],
) -> Concept | None:
    """The concept here that shares most terms. A domain that is another one parts words that look alike, and two
    concepts of a file are never one."""
    shared: Counter[int] = Counter()
    found: dict[int, Concept] = {}
    for locale, term in terms:
        for concept in by_word.get((locale.pk, term.text), []):
            if concept.pk not in taken and (not row.domain or concept.domain in ("", row.domain[:LONGEST_DOMAIN])):
                shared[concept.pk] += 1
                found[concept.pk] = concept
    return found[shared.most_common(1)[0][0]] if shared else None


def _take_terms(
    found: list[tuple[Concept, list[tuple[Locale, TermRow]]]],
    existing: dict[tuple[int, int, str], Term],
    loaded: LoadedTerms,
) -> None:
    new, changed = [], []
    for concept, terms in found:
        for locale, row in terms:
            term = existing.get((concept.pk, locale.pk, row.text))
            status = row.status if row.status in Term.Status.values else Term.Status.PREFERRED
            note = row.note[:LONGEST_NOTE]
            if term is None:
                new.append(Term(concept=concept, locale=locale, text=row.text, status=status, note=note))
            elif (term.status, term.note) != (status, note):
                term.status, term.note = status, note
                changed.append(term)
            else:
                loaded.unchanged += 1
    Term.objects.bulk_create(new, batch_size=BATCH)
    Term.objects.bulk_update(changed, ["status", "note"], batch_size=BATCH)
    loaded.terms += len(new)
    loaded.changed += len(changed)
