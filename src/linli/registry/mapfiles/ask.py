"""Questions to whole columns of tagged objects: who has this tag, whom does this rule fit, what are their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from .mapping import OsmMapping, Pairs, Rule
from .table import Bools, Ints, OsmTable, Tagged

_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_NAME_KEYS = ("name:", "alt_name", "official_name", "short_name")


def split_name(name: str) -> tuple[str, str]:
    """A plain name as (Chinese, other): Chinese if it has a Chinese character."""
    return (name, "") if _CHINESE.search(name) else ("", name)


class Asker:
    """Asks one set of objects of one table. Columns and answers are kept, so rules may ask the same again and again."""

    def __init__(self, table: OsmTable, objects: Tagged) -> None:
        self.objects = objects
        self._strings = table.strings
        self._columns: dict[str, Ints] = {}
        self._answers: dict[tuple[str, frozenset[str] | None], Bools] = {}
        self._any: dict[Pairs, Bools] = {}
        self._rows: dict[tuple[str, frozenset[str] | None], Ints] = {}
        self._names: tuple[Ints, Ints, list[tuple[int, str]], str] | None = None

    def __len__(self) -> int:
        return len(self.objects)

    def _owners(self, tags: Ints) -> Ints:
        """Which object each of these tags belongs to."""
        return np.searchsorted(self.objects.start, tags, side="right") - 1

    def values(self, key: str) -> Ints:
        """String number of each object's value under ``key``, -1 where it has none."""
        column = self._columns.get(key)
        if column is None:
            column = np.full(len(self), -1, dtype=np.int64)
            number = self._strings.number(key)
            if number >= 0:
                here = np.flatnonzero(self.objects.key == number)
                column[self._owners(here)] = self.objects.value[here]
            self._columns[key] = column
        return column

    def text(self, key: str) -> list[str | None]:
        """Each object's value under ``key`` as text, None where it has none."""
        texts = self._strings.texts()
        return [texts[number] if number >= 0 else None for number in self.values(key).tolist()]

    def holds(self, key: str, values: frozenset[str] | None) -> Bools:
        """True where the object has ``key`` with one of ``values`` (any value if None). Not to be written into."""
        answer = self._answers.get((key, values))
        if answer is None:
            column = self.values(key)
            if values is None:
                answer = column >= 0
            else:
                answer = np.zeros(len(column), dtype=bool)
                for number in map(self._strings.number, values):
                    if number >= 0:
                        answer |= column == number
            self._answers[key, values] = answer
        return answer

    def any_of(self, pairs: Pairs) -> Bools:
        """True where one of the pairs holds. Not to be written into."""
        answer = self._any.get(pairs)
        if answer is None:
            answer = np.zeros(len(self), dtype=bool)
            for key, values in pairs:
                answer |= self.holds(key, values)
            self._any[pairs] = answer
        return answer

    def rows(self, rule: Rule) -> Ints:
        """Rows the rule fits: all needed tags, a word in one of the names, none of the other tags, a carrier key.

        Each question is put only to the rows that are left; most rules fit nothing in a given file.
        """
        left = self._named(rule) if rule.name_has or rule.name_ends else None
        for key, values in rule.need:
            if left is None:
                left = self._holding(key, values)
            elif len(left):
                left = left[self.holds(key, values)[left]]
        if left is None:
            left = np.arange(len(self))
        if len(left) and rule.unless:
            left = left[~self.any_of(rule.unless)[left]]
        if len(left) and rule.carriers:
            left = left[self.any_of(tuple((key, None) for key in sorted(rule.carriers)))[left]]
        return left

    def fits(self, rule: Rule) -> Bools:
        """The same as a column: true where the rule fits."""
        out = np.zeros(len(self), dtype=bool)
        out[self.rows(rule)] = True
        return out

    def _holding(self, key: str, values: frozenset[str] | None) -> Ints:
        found = self._rows.get((key, values))
        if found is None:
            found = self._rows[key, values] = np.flatnonzero(self.holds(key, values))
        return found

    def _named(self, rule: Rule) -> Ints:
        """Rows one of whose names holds one of the rule's words or ends with one of its endings."""
        if self._names is None:
            self._names = self._name_tags()
        owner, value, texts, joined = self._names
        words = tuple(word for word in rule.name_has if word in joined)
        endings = tuple(word for word in rule.name_ends if word in joined)
        if not words and not endings:
            return np.empty(0, np.int64)
        hits = [n for n, text in texts if text.endswith(endings) or any(word in text for word in words)]
        return np.unique(owner[np.isin(value, hits)])

    def _name_tags(self) -> tuple[Ints, Ints, list[tuple[int, str]], str]:
        """Owner and string number of every name tag, the different names by number, and all of them in one text.

        Most words occur in no name at all, and one search of the joined text tells.
        """
        texts = self._strings.texts()
        keys = [
            n for n in np.unique(self.objects.key).tolist() if texts[n] == "name" or texts[n].startswith(_NAME_KEYS)
        ]
        here = np.flatnonzero(np.isin(self.objects.key, keys))
        value = self.objects.value[here]
        names = [(n, texts[n]) for n in np.unique(value).tolist()]
        return self._owners(here), value, names, "\n".join(text for _, text in names)

    def first_fit(self, rules: Sequence[Rule]) -> Ints:
        """For each object the place of the first rule that fits it, -1 where none does."""
        out = np.full(len(self), -1, dtype=np.int64)
        for place, rule in enumerate(rules):
            rows = self.rows(rule)
            out[rows[out[rows] < 0]] = place
        return out

    def names(self, mapping: OsmMapping) -> list[tuple[str, str]]:
        """(Chinese, other) name of each object."""
        zh, en, plain = self._first(mapping.names_zh), self._first(mapping.names_en), self.values("name")
        # Few different names among many objects: each different triple of string numbers is worded once.
        n_strings = len(self._strings) + 1
        _, first = np.unique(zh * n_strings + en, return_inverse=True)
        _, place, which = np.unique(first * n_strings + plain, return_index=True, return_inverse=True)
        triples = zip(zh[place].tolist(), en[place].tolist(), plain[place].tolist(), strict=True)
        pairs = [self._pair(*one) for one in triples]
        return [pairs[number] for number in which.tolist()]

    def _first(self, keys: Iterable[str]) -> Ints:
        out = np.full(len(self), -1, dtype=np.int64)
        for key in keys:
            out = np.where(out < 0, self.values(key), out)
        return out

    def _pair(self, zh: int, en: int, plain: int) -> tuple[str, str]:
        texts = self._strings.texts()
        plain_zh, plain_en = split_name(texts[plain]) if plain >= 0 else ("", "")
        return (texts[zh] if zh >= 0 else plain_zh), (texts[en] if en >= 0 else plain_en)
