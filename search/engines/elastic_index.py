"""Elasticsearch's index: its fields, the document of a work, and clauses in Elasticsearch's terms.

Clauses become plain dictionaries: a query has hundreds of them, and the objects of elasticsearch.dsl would take longer
than the server does.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from elasticsearch.dsl import Float, Keyword, Long, Mapping, Object, Text

from .. import plan
from ..index_documents import EXACT, HEAD, TEXT, TITLE, IndexDocument
from ..languages import fingerprint
from ..plan import TERM_FACETS, Clause, Run

FINGERPRINT = fingerprint("elastic_index.py")
MOST_BUCKETS = 10_000
# tantivy's BM25 has a constant factor that Lucene's lacks. With it, both weigh words against constants alike.
WORD_BOOST = 2.2
NUMBERS = ("day", "year", "published", "event_start", "event_end")

type Json = dict[str, Any]


def build_mapping(languages: Sequence[str]) -> Mapping:
    """The fields of search/plan.py. Texts arrive as tokens with blanks between them, and are not kept: `stored` is."""
    mapping = Mapping()
    mapping.meta("dynamic", "strict")
    mapping.meta("_source", includes=["stored"])
    mapping.field("stored", Object(enabled=False))
    mapping.field("key", Keyword())
    mapping.field("digest", Keyword(index=False))
    for name in TERM_FACETS:
        mapping.field(name, Keyword())
    for name in NUMBERS:
        mapping.field(name, Long())
    mapping.field("weight", Float(index=False))
    for code in languages:
        for name in (TITLE, TEXT, EXACT):
            mapping.field(f"{name}_{code}", Text(analyzer="whitespace"))
        # Suggestions are in the order of their dates: how often a title has a word does not matter.
        mapping.field(f"{HEAD}_{code}", Text(analyzer="whitespace", norms=False, index_options="docs"))
    return mapping


def document_of(fields: IndexDocument) -> str:
    """The document of a work, as JSON."""
    values = {"key": fields.key, "digest": fields.digest, "weight": fields.recency}
    content = json.dumps(values | fields.facets | fields.numbers | fields.texts, ensure_ascii=False)
    return f'{{"stored":{fields.content},{content[1:]}'


def translate(clause: Clause) -> Json:
    """The clause as a query of Elasticsearch."""
    match clause:
        case plan.Found(term, code):
            return _found(term, code)
        case plan.Token(field, token):
            return {"term": {field: {"value": token, "boost": WORD_BOOST}}}
        case plan.Weighted(inner, factor):
            return {"bool": {"must": [translate(inner)], "boost": factor}}
        case plan.Best(clauses, tie):
            return {"dis_max": {"queries": [translate(part) for part in clauses], "tie_breaker": tie}}
        case plan.Boolean(must, should, must_not):
            return _boolean(must, should, must_not)
        case plan.Everything():
            return {"match_all": {}}
        case plan.Nothing():
            return {"match_none": {}}
        case plan.Phrase(field, tokens):
            return {"match_phrase": {field: {"query": " ".join(tokens), "boost": WORD_BOOST}}}
        case plan.Prefix(field, token):
            return {"prefix": {field: {"value": token}}}
        case plan.OneOf(field, values):
            return {"terms": {field: list(values)}}
        case plan.Range(field, first, end):
            return {
                "range": {field: {name: value for name, value in (("gte", first), ("lt", end)) if value is not None}}
            }
        case plan.Constant(inner, score):
            return {"constant_score": {"filter": translate(inner), "boost": score}}


def _boolean(must: tuple[Clause, ...], should: tuple[Clause, ...], must_not: tuple[Clause, ...]) -> Json:
    groups: dict[str, list[Json]] = {"must": [], "filter": []}
    for clause in must:
        # What adds nothing to the score need not be scored.
        if isinstance(clause, plan.Constant) and not clause.score:
            groups["filter"].append(translate(clause.clause))
        else:
            groups["must"].append(translate(clause))
    groups |= {"should": [translate(clause) for clause in should]}
    groups |= {"must_not": [translate(clause) for clause in must_not]}
    return {"bool": {name: group for name, group in groups.items() if group}}


@lru_cache(maxsize=20_000)
def _found(term: plan.Term, code: str) -> Json:
    """Kept: people search for the same words again and again."""
    return translate(plan.ways(term, code))


def in_order(query: Json, run: Run, *, backwards: bool = False) -> Json:
    """The parts of a request that say what comes first: score times recency, or what a field has. Never by chance."""
    by: Json = {"order": "asc" if run.ascending != backwards else "desc"}
    if run.order:
        by["missing"] = "_first" if backwards else "_last"
    else:
        weight = {"field": "weight", "missing": 1}
        query = {"function_score": {"query": query, "field_value_factor": weight, "boost_mode": "multiply"}}
    return {"query": query, "sort": [{run.order or "_score": by}, {"key": "desc" if backwards else "asc"}]}
