"""The first rows of an export, by heading: what each column is called, and what its cells look like."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from bsclib.errors import ActualsError, Fault
from bsclib.files.tickets import cells
from bsclib.files.tickets.date_forms import Order
from bsclib.files.tickets.source import Source

SAMPLE = 20_000
"""Rows from which headings are told; states and the order of day and month are looked for in all of them."""


@functools.cache
def words() -> dict[str, Any]:
    """What exports call things, by field."""
    with Path(__file__).with_name("words.yaml").open(encoding="utf-8") as file:
        known: dict[str, Any] = yaml.safe_load(file)
    return known


def flat(rows: Iterable[Any]) -> list[str]:
    """Words that stand in rows, or by themselves."""
    return [str(word) for row in rows for word in (row if isinstance(row, list) else [row])]


def plain(text: str) -> str:
    """A heading or word without capitals, accents and signs: `Data de abertura`, `resolvedAt`, `issue_type`."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    letters = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9]+", letters.replace("ß", "ss")))


@dataclass
class SampledColumn:
    """A column of the sample: its heading, its texts, and what they look like."""

    heading: str
    texts: pa.Array
    count: int

    @functools.cached_property
    def order(self) -> Order:
        """How its times are written."""
        order = Order()
        if pa.types.is_timestamp(self.texts.type) or pa.types.is_date(self.texts.type):
            order.read = order.seen = len(self.texts)
        else:
            order.add(self.distinct if len(self.distinct) < 3000 else self.distinct[:3000])
        return order

    @functools.cached_property
    def distinct(self) -> list[str]:
        """Its different texts."""
        return [str(text) for text in pc.unique(self.texts.drop_null()).to_pylist()]

    @functools.cached_property
    def is_number(self) -> bool:
        """Whether most of its texts are numbers."""
        bad = [cells.amounts(self.texts, decimal)[1].sum() for decimal in ".,"]
        return bool(self.distinct) and min(bad) < 0.3 * self.filled

    @functools.cached_property
    def is_span(self) -> bool:
        """Whether most of its texts are durations in words."""
        return bool(self.distinct) and sum(cells.read_span(text) is not None for text in self.distinct) > 0.8 * len(
            self.distinct
        )

    @property
    def filled(self) -> int:
        """How many of its cells hold something."""
        return len(self.texts) - self.texts.null_count


def read_sample(source: Source) -> dict[str, SampledColumn]:
    """The first rows, by heading; of a heading that stands several times, what holds something first."""
    everything = range(len(source.headings))
    block = next(source.blocks(everything), None)
    if block is None or not len(block.rows):
        row, _, reason = block.faulty[0] if block and block.faulty else (source.first, "", "nothing stands there")
        what = "there is no row that fits the headings"
        raise ActualsError(Fault(source.name, what, f"row {row}: {reason}", fix="export the tickets again"))
    by_heading: dict[str, list[pa.Array]] = {}
    for place in everything:
        if source.headings[place]:
            by_heading.setdefault(source.headings[place], []).append(cells.texts(block.columns[place][:SAMPLE]))
    filled = np.logical_or.reduce([np.asarray(texts.is_valid()) for every in by_heading.values() for texts in every])
    mask, count = pa.array(filled), int(filled.sum())
    merged = {heading: every[0] if len(every) == 1 else pc.coalesce(*every) for heading, every in by_heading.items()}
    return {heading: SampledColumn(heading, texts.filter(mask), count) for heading, texts in merged.items()}


def candidates(sample: dict[str, SampledColumn], name: str) -> list[SampledColumn]:
    """Columns whose heading is a name of a field, the likeliest first."""
    known = [plain(name), *flat(words()["headings"][name])]
    rank = {word: i for i, word in reversed(list(enumerate(known)))}
    ranked = []
    for column in sample.values():
        heading = re.sub(r"^(?:custom field|u|case) ", "", plain(column.heading))
        best = rank.get(plain(column.heading), rank.get(heading))
        if best is not None and column.filled:
            ranked.append((best, column))
    return [column for _, column in sorted(ranked, key=lambda pair: pair[0])]
