"""How common words are in the cards, told from some of them: so a search chooses the way that touches least.

What is found never depends on the sample, only how it is looked for.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models
from django.db.models.lookups import Contains

from clients.models import Client
from salesexpert.core.held import Held

# Cards looked at, and fewer than which are no base in which one way costs less than another.
LOOKED_AT, SMALL = 1000, 3000
# Shorter words are looked for by all of their trigrams, longer ones by their rarest.
LONG, RAREST = 7, 4
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Sample:
    """`cards` is how many there are, `trigrams` in how many of the texts looked at each stands."""

    cards: int = 0
    names: Sequence[str] = ()
    trigrams: Mapping[str, int] = field(default_factory=dict)

    def shares(self, phrase: str, words: Sequence[str]) -> tuple[float, float]:
        """The part of names that begin with `phrase`, and of others that have all of `words`; from 0 to 1."""
        named = [name for name in self.names if all(word in name for word in words)]
        begins = sum(name.startswith(phrase) for name in named)
        of = len(self.names) or 1
        return begins / of, (len(named) - begins) / of

    def pattern(self, word: str) -> str:
        """A LIKE pattern of the rarest trigrams of a long word: all that has the word matches, and little else. "" of a
        word that is not looked for so.

        Each trigram costs a way through the index and a list as long as the trigram is common; four rare ones leave hardly
        more than all twelve.
        """
        core = word.removeprefix("~")
        if len(core) < LONG or not self.trigrams or not core.isalnum():
            return ""
        places: list[int] = []
        by_rarity = sorted(
            range(len(core) - 2), key=lambda n: self.trigrams.get(core[n : n + 3], 0)
        )
        for place in by_rarity:
            if all(abs(place - other) > 1 for other in places):
                places.append(place)
            if len(places) == RAREST:
                break
        parts: list[str] = []
        end = 0
        for place in sorted(places):
            if parts and place < end:
                parts[-1] += core[end : place + 3]
            else:
                parts.append(core[place : place + 3])
            end = place + 3
        return f"%{'%'.join(parts)}%"


def _trigrams(text: str) -> Iterator[str]:
    for word in _WORDS.findall(text):
        for n in range(len(word) - 2):
            yield word[n : n + 3]


def counted(texts: Iterable[str]) -> dict[str, int]:
    """In how many of the texts each trigram stands."""
    return dict(Counter(part for text in texts for part in set(_trigrams(text))))


def _look() -> Sample:
    table = connection.ops.quote_name(Client._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])  # fmt: skip
        cards = int(cursor.fetchone()[0])
        if cards < SMALL:
            return Sample()
        # Blocks are taken, each with several cards: twice as many as are needed, for a block may be half empty.
        percent = min(100.0, 200.0 * LOOKED_AT / cards)
        cursor.execute(
            f"SELECT folded, search_text FROM {table} TABLESAMPLE SYSTEM (%s) LIMIT %s",
            [percent, LOOKED_AT],
        )
        rows = cursor.fetchall()
    names = tuple(name for name, _text in rows)
    return Sample(cards, names, counted(text for _name, text in rows))


# Taken anew each day by each process.
sample: Held[Sample] = Held("word-sample", _look)


@models.CharField.register_lookup
@models.TextField.register_lookup
class Holds(models.Lookup):
    """`search_text__holds=word` finds what `contains` finds, a long word by its rarest trigrams."""

    lookup_name = "holds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        pattern = sample.get().pattern(self.rhs)
        if not pattern:
            return Contains(self.lhs, self.rhs).as_sql(compiler, connection)
        column, given = self.process_lhs(compiler, connection)
        return (
            f"({column}::text LIKE %s AND strpos({column}::text, %s) > 0)",
            (*given, pattern, *given, self.rhs),
        )


@models.CharField.register_lookup
class Spells(models.Lookup):
    """`folded__spells=word` finds what `contains` finds, and no trigram index is asked: for a walk in the order of names that
    meets the word again and again."""

    lookup_name = "spells"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, given = self.process_lhs(compiler, connection)
        return f"strpos({column}::text, %s) > 0", (*given, self.rhs)
