"""Writing to Elasticsearch: works in bulk requests, and whole new indexes, the generations behind an alias."""

from __future__ import annotations

import json
import logging
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from django.utils import timezone
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError
from elasticsearch.dsl import Index, Mapping

from ..index_documents import Indexable, IndexDocument, index_document
from ..works import Deletion
from .elastic_index import Json, document_of
from .protocol import Change, EngineBusy, EngineUnavailable, WorkKey

logger = logging.getLogger(__name__)

BULK_BYTES, BULK_WORKS = 4_000_000, 500
SENDERS = 2
BULK_ANSWER = "items.*._id,items.*.status,items.*.error"
# A page is found up to so far from either end of the list.
MOST_RESULTS = 1_000_000
# Deletions are remembered for so long, so that no slower writer brings a work back.
REMEMBERED = "1h"


def moment_of(as_of: datetime | None) -> int:
    """The version of what was read at that moment, or just now."""
    return int((as_of or timezone.now()).timestamp() * 1_000_000)


def lines_of(change: Change | IndexDocument, moment: int) -> list[str]:
    """A change as lines of a bulk request. What was read earlier never takes the place of what was read later."""
    action = {"_id": change.key, "version": moment, "version_type": "external_gte"}
    if isinstance(change, Deletion):
        return [json.dumps({"delete": action})]
    return [json.dumps({"index": action}), document_of(index_document(change))]


def send(
    client: Elasticsearch, index: str, lines: list[str], *, refresh: bool = False, require_alias: bool = False
) -> dict[WorkKey, str]:
    """Writes, and returns why for each work that the server cannot hold.

    Raises EngineBusy, EngineUnavailable, and what `client` raises.
    """
    answer = client.bulk(
        operations=lines, index=index, refresh=refresh, require_alias=require_alias, filter_path=BULK_ANSWER
    )
    refused: dict[WorkKey, str] = {}
    for result in (result for item in answer.get("items", ()) for result in item.values()):
        status, error = result["status"], result.get("error")
        if error and status == 409:
            raise EngineBusy("Another process has written what it read later.")
        if error and (status in (404, 429) or status >= 500):
            raise EngineUnavailable(f"Elasticsearch does not take works now: {error.get('reason')}")
        if error:
            refused[result["_id"]] = str(error.get("reason"))
    return refused


class Generations:
    """Makes a new index while the one behind the alias answers, then lets the alias name it.

    Methods raise what `client` raises. `prefix` begins the names of all indexes, `alias` those of this release.
    """

    def __init__(self, client: Elasticsearch, prefix: str, alias: str, mapping: Mapping) -> None:
        self.client = client
        self.prefix = prefix
        self.alias = alias
        self.mapping = mapping

    def make(self, documents: Iterable[Indexable], moment: int) -> list[WorkKey]:
        """Returns the works that the new index cannot hold."""
        name = f"{self.alias}-{time.time_ns():x}"
        self._index(name).create(using=self.client)
        try:
            refused = self._fill(name, documents, moment)
            self._switch(name)
        except BaseException:
            self._remove([name])
            raise
        return refused

    def remove_all(self) -> None:
        self._remove(list(self.client.indices.get_alias(index=f"{self.prefix}-*").body))

    def _index(self, name: str) -> Index:
        """An index that is being filled: not yet copied to other nodes, nor open to readers."""
        index = Index(name)
        index.settings(
            number_of_shards=1,
            number_of_replicas=0,
            refresh_interval="-1",
            gc_deletes=REMEMBERED,
            max_result_window=MOST_RESULTS,
            translog={"durability": "async", "flush_threshold_size": "4gb"},  # each flush holds writers up
        )
        index.mapping(self.mapping)
        return index

    def _fill(self, name: str, documents: Iterable[Indexable], moment: int) -> list[WorkKey]:
        """Sends batches while the next ones are read. The documents are read in the caller's thread."""
        refused: list[WorkKey] = []
        waiting: deque[Future[dict[WorkKey, str]]] = deque()

        def take() -> None:
            for key, reason in waiting.popleft().result().items():
                logger.error("The index cannot hold the work %s: %s", key, reason)
                refused.append(key)

        with ThreadPoolExecutor(SENDERS) as senders:
            for lines in _batches(documents, moment, refused):
                waiting.append(senders.submit(send, self.client, name, lines))
                if len(waiting) > SENDERS:
                    take()
            while waiting:
                take()
        return refused

    def _switch(self, name: str) -> None:
        """Opens the new index to readers, names it in one step, and removes old ones but the last."""
        indices = self.client.indices
        ready: Json = {"refresh_interval": "1s", "auto_expand_replicas": "0-1"}
        ready |= {"translog.durability": "request", "translog.flush_threshold_size": None}
        indices.put_settings(index=name, settings=ready)
        indices.refresh(index=name)
        # What one node alone has would be lost with it.
        self.client.options(ignore_status=408).cluster.health(index=name, wait_for_status="green", timeout="30s")
        before = self._behind()
        actions: list[Json] = [{"add": {"index": name, "alias": self.alias}}]
        actions += [{"remove": {"index": old, "alias": self.alias}} for old in before]
        indices.update_aliases(actions=actions)
        mine = indices.get_alias(index=f"{self.prefix}-*", filter_path="*.aliases").body
        older = sorted((other for other in mine if _made(other) < _made(name)), key=_made)
        used = [other for other in older if mine[other]["aliases"] or other in before]
        self._remove([other for other in older if other not in used[-1:]])

    def _behind(self) -> list[str]:
        try:
            return list(self.client.indices.get_alias(name=self.alias).body)
        except NotFoundError:
            return []

    def _remove(self, names: list[str]) -> None:
        try:
            if names:
                self.client.options(ignore_status=404).indices.delete(index=names)
        except (ApiError, TransportError) as error:
            logger.warning("Could not remove the indexes %s: %s", names, error)


def _made(name: str) -> str:
    """When an index was made, as its name says."""
    return name.rpartition("-")[2].zfill(20)


def _batches(documents: Iterable[Indexable], moment: int, refused: list[WorkKey]) -> Iterator[list[str]]:
    """Lines of bulk requests of a good size. Works without a document are added to `refused`."""
    lines: list[str] = []
    size = 0
    for work in documents:
        try:
            new = lines_of(work, moment)
        except Exception:
            logger.exception("The index cannot hold the work %s", work.key)
            refused.append(work.key)
            continue
        lines += new
        size += len(new[1])
        if size > BULK_BYTES or len(lines) >= 2 * BULK_WORKS:
            yield lines
            lines, size = [], 0
    if lines:
        yield lines
