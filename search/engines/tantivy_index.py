"""The embedded engine's index: its fields, the document of a work, and clauses in tantivy's terms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import tantivy
from tantivy import Document, FieldType, Index, Occur, Query, Schema, TextAnalyzerBuilder, Tokenizer

from .. import plan
from ..index_documents import EXACT, HEAD, TEXT, TITLE, Indexable, index_document
from ..languages import fingerprint
from ..plan import TERM_FACETS, Clause

FINGERPRINT = fingerprint("tantivy_index.py")
TEXT_FIELDS = (TITLE, TEXT, EXACT, HEAD)
UNSIGNED = ("day", "year")


def build_schema(languages: Sequence[str]) -> Schema:
    """The fields of search/plan.py. Texts arrive as tokens with blanks between them."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("stored", stored=True)
    for name in TERM_FACETS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("day", indexed=True)
    builder.add_unsigned_field("year", fast=True)
    builder.add_integer_field("published", fast=True)
    builder.add_integer_field("event_start", fast=True)
    builder.add_integer_field("event_end", indexed=True, fast=True)
    builder.add_float_field("weight", fast=True)
    for code in languages:
        for name in TEXT_FIELDS:
            builder.add_text_field(f"{name}_{code}", tokenizer_name="tokens", index_option="position")
    return builder.build()


def open_index(schema: Schema, path: str, new: bool = False) -> Index:
    """tantivy forgets tokenizers when an index is closed."""
    index = Index(schema, path) if new else Index.open(path)
    index.register_tokenizer("tokens", TextAnalyzerBuilder(Tokenizer.whitespace()).build())
    index.config_reader("manual")
    return index


def document_of(work: Indexable) -> Document:
    fields = index_document(work)
    document = Document()
    document.add_text("key", fields.key)
    document.add_bytes("stored", fields.content.encode())
    for values in (fields.facets, fields.texts):
        for name, texts in values.items():
            for text in texts:
                document.add_text(name, text)
    for name, numbers in fields.numbers.items():
        add = document.add_unsigned if name in UNSIGNED else document.add_integer
        for number in numbers:
            add(name, number)
    # tantivy multiplies the score by log2(2 + weight).
    document.add_float("weight", 2**fields.recency - 2)
    return document


class Translator:
    """Clauses as queries of tantivy. Those for words are kept: people search for the same ones again and again."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._found = lru_cache(maxsize=20_000)(lambda term, code: self.query(plan.ways(term, code)))

    def query(self, clause: Clause) -> Query:
        schema = self.schema
        match clause:
            case plan.Found(term, code):
                return self._found(term, code)
            case plan.Token(field, token):
                return Query.term_query(schema, field, token)
            case plan.Weighted(inner, factor):
                return Query.boost_query(self.query(inner), factor)
            case plan.Best(clauses, tie):
                return Query.disjunction_max_query([self.query(part) for part in clauses], tie)
            case plan.Boolean(must, should, must_not):
                if not must and not should:
                    must = (plan.Everything(),)
                parts = ((Occur.Must, must), (Occur.Should, should), (Occur.MustNot, must_not))
                return Query.boolean_query([(occur, self.query(part)) for occur, group in parts for part in group])
            case plan.Everything():
                return Query.all_query()
            case plan.Nothing():
                return Query.empty_query()
            case plan.Phrase(field, tokens):
                return Query.phrase_query(schema, field, list(tokens))
            case plan.Prefix(field, token):
                return Query.regex_query(schema, field, re.escape(token) + ".*")
            case plan.OneOf(field, values):
                return Query.term_set_query(schema, field, list(values))
            case plan.Range(field, first, end):
                kind = FieldType.Unsigned if field in UNSIGNED else FieldType.Integer
                return Query.range_query(schema, field, kind, first, end, include_upper=end is None)
            case plan.Constant(inner, score):
                return Query.const_score_query(self.query(inner), score)
