"""Findings of the review as a person reads them, who has no file open."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from bsclib.files.catalogue import kpi_catalogue
from bsclib.model.nouns import Scorecard
from bsclib.wording import arrow

_LIMIT = re.compile(r", or set limits: .*")
_PLAIN = {"name the counter-KPI in guarded_by": "name the KPI that would show it as its guard"}
"""Remedies that name a field of a file, and what they say where there is none."""


def in_words(findings: pd.DataFrame, card: Scorecard) -> pd.DataFrame:
    """Findings with names in place of ids, and with remedies that name no field of a file."""
    works = {work.id: work.name for work in card.initiatives}
    names = {**works, **card.names}
    entries = kpi_catalogue()
    plain = {f"'{name}'": f"“{name}”" for name in names.values()}
    called = dict(zip(entries["id"], entries["name"], strict=True)) | names
    return findings.assign(
        where=[_place(where, names) for where in findings["where"]],
        what=[in_names(_replaced(what, plain), called) for what in findings["what"]],
        fix=[_LIMIT.sub("", _PLAIN.get(fix, fix)) for fix in findings["fix"]],
    )


def in_names(text: str, names: Mapping[str, str]) -> str:
    """A text with names in place of ids; an id that is a plain word, such as ``backlog``, stays unless it is quoted."""
    for id in sorted((id for id in names if id in text), key=len, reverse=True):
        said = f"“{names[id]}”".replace("\\", r"\\")
        text = text.replace(f"'{id}'", said)
        if "-" in id:
            text = re.sub(rf"(?<![\w-]){re.escape(id)}(?![\w-])", said, text)
    return text


def _place(where: str, names: Mapping[str, str]) -> str:
    """A place by names: one thing, several, or a link."""
    return ", ".join(arrow(*(names.get(id, id) for id in one.split(" -> "))) for one in where.split(", "))


def _replaced(text: str, by: Mapping[str, str]) -> str:
    for old, new in by.items():
        text = text.replace(old, new)
    return text
