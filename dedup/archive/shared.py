"""An index of copies that several writers share: datasketch's ``MinHashLSH`` over Redis.

Texts and signatures lie in Redis as bytes under the names of their articles; nothing is pickled. Of articles
that one writer or several add under one name the first stays. What the bands bring together is compared word
by word, whole texts with furniture and all, before it is told; whatever is no copy by that is not.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urldefrag

import numpy as np

from dedup.errors import DedupError, UsageError
from dedup.options import Options
from dedup.schema import DOCS
from dedup.sketch.minhash import distinct_shingles, is_signed, sign
from dedup.sketch.scheme import NAME, SHINGLE_RULE, draw_scheme
from dedup.spun import find_spun
from dedup.text.words import SKETCH_KEY, split_words
from dedup.verify.pair import compare

_NAME = "dedup"  # of an index whose URL has none
_MET = "copy"  # the view


class SharedIndex:
    """Articles in Redis that others are looked up among, one after the other.

    url  redis://[[USER]:PASSWORD@]HOST[:PORT][/DB][#NAME]; indexes of other names are apart

    ``UsageError``: the URL can't be read, the extra ``redis`` is missing, or the index was made by other
    rules. ``DedupError``: Redis can't be reached, or breaks off.
    """

    file = 0  # a number for the files that articles come from

    def __init__(self, url: str, options: Options | None = None) -> None:
        try:
            import redis
        except ImportError as error:
            raise UsageError("a shared index wants the extra: pip install 'dedup[redis]'") from error
        from datasketch import MinHashLSH

        self.options = options or Options(profile=_MET)
        self._scheme = draw_scheme(self.options.permutations, self.options.seed, self.options.threshold)
        self._errors = redis.RedisError
        url, name = urldefrag(url)
        try:
            place: dict[str, Any] = redis.connection.parse_url(url)  # type: ignore[no-untyped-call]
        except ValueError as error:
            raise UsageError(f"{url} is no redis://HOST:PORT/DB#NAME: {error}") from error
        base = f"{name or _NAME}:".encode()
        self._texts = base + b"texts"
        try:
            self._redis = redis.Redis(**place)
            self._agree(base + b"scheme", url)
            self._index = MinHashLSH(
                num_perm=self.options.permutations,
                params=self._scheme.banding,
                storage_config={"type": "redis", "basename": base + b"lsh", "redis": place},
                prepickle=False,
            )
        except redis.RedisError as error:
            raise _broken(error) from error

    def _agree(self, key: bytes, url: str) -> None:
        """Note by which rules the index is made, or see that it is by ours."""
        options = self.options
        rules = options.permutations, options.seed, options.shingle, options.min_words, *self._scheme.banding
        ours = " ".join(map(str, (NAME, SHINGLE_RULE, *rules))).encode()
        self._redis.set(key, ours, nx=True)
        theirs = self._redis.get(key)
        if theirs != ours:
            raise UsageError(f"the index of {url} was made by other rules ({theirs!r}); give another #NAME")

    def answer(self, row: tuple[Any, ...], add: bool = False) -> dict[str, Any]:
        """What is found of an article, as ``query.Searcher.answer``; ``add``: it is added then."""
        given: dict[str, Any] = dict(zip(DOCS.column_names, row, strict=True))
        place = given["path"] if given["record"] is None else f"{given['path']}#{given['record']}"
        name, text = given["id"] or place, given["text"]
        if text is None:
            return {"id": name, "error": given["message"]}
        try:
            matches = self._look_up(name, text, add)
        except self._errors as error:
            raise _broken(error) from error
        verdict, _ = find_spun(text)
        return {"id": name, "matches": matches, "spun": {"score": verdict.score, "spun": verdict.spun}}

    def _look_up(self, name: str, text: str, add: bool) -> list[dict[str, Any]]:
        key, data = (part.encode("utf-8", "replace") for part in (name, text))
        sketch = self._sketch(data)
        if sketch is None:
            return []
        met: list[bytes] = sorted(set(self._index.query(sketch)) - {key})
        texts: Any = self._redis.hmget(self._texts, met) if met else []
        found = []
        for other, known in zip(met, texts, strict=True):
            if known is not None:
                match = self._compare(other.decode(), known.decode("utf-8", "replace"), text)
                found += [match] if match else []
        # Whoever writes the text first adds the signature, too: another writer may be at it.
        if add and self._redis.hsetnx(self._texts, key, data):
            self._index.insert(key, sketch, check_duplication=False)
        return found

    def _compare(self, other: str, known: str, text: str) -> dict[str, Any] | None:
        pair = compare(known, text, self.options)
        if pair.kind is None:
            return None
        return {
            "article": other,
            "earlier": True,  # it was here first
            "kind": pair.kind,
            "similarity": pair.similarity,
            "longest_run": pair.longest_run,
            "probability": pair.probability,
            "reason": pair.reason,
            "containment": pair.right_containment,
            "archived_containment": pair.left_containment,
            "views": [_MET],
        }

    def _sketch(self, data: bytes) -> Any:
        """Datasketch's sketch of a text; None of one too short."""
        from datasketch import MinHash

        options = self.options
        words = split_words(np.frombuffer(data, np.uint8), np.array([0, len(data)]), SKETCH_KEY)
        signatures = sign(*distinct_shingles(words, options.shingle, options.min_words), self._scheme)
        if not is_signed(signatures)[0]:
            return None
        return MinHash(options.permutations, seed=options.seed, hashvalues=signatures[0], scheme=NAME)


def _broken(error: Exception) -> DedupError:
    return DedupError(f"Redis: {error}")
