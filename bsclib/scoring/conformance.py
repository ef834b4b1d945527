"""Whether the scoring methods reproduce the numbers that their sources print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from bsclib.scoring.methods import attainment, find_method, roll_up, status


def reproduce(examples: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Recompute published examples."""
    rows: list[dict[str, Any]] = []
    for example in examples:
        method = find_method(example["method"])
        printed, actual = _list(example["gives"]), _list(example.get("actual", []))
        computed = _list(_compute(example))
        actual += [None] * (len(printed) - len(actual))
        for values in zip(actual, printed, computed, strict=True):
            row = dict(zip(("actual", "printed", "computed"), values, strict=True))
            rows.append({"method": method.name, "part": method.part, **row, "agrees": _agrees(*values[1:])})
            rows[-1]["source"] = method.source
    return pd.DataFrame(rows)


def conformance_table(examples: Iterable[Mapping[str, Any]], names: Iterable[str]) -> pd.DataFrame:
    """Count, for each method, the published numbers and those that it reproduces.

    Parameters
    ----------
    examples : iterable of mappings
        As `reproduce` takes them.
    names : iterable of str
        The methods to list, those without a published number too.

    Returns
    -------
    DataFrame
        Columns `method`, `part`, `rule`, `published`, `reproduced`, `source`.

    Examples
    --------
    >>> printed = [{"method": "infor_cpm", "with": {"target": 50}, "actual": [100], "gives": [2.0]}]
    >>> conformance_table(printed, ["infor_cpm"])[["published", "reproduced"]].values.tolist()
    [[1, 1]]
    """
    counts = reproduce(examples).groupby("method")["agrees"].agg(["size", "sum"])
    rows = []
    for name in names:
        method = find_method(name)
        published, reproduced = (int(counts[column].get(name, 0)) for column in ("size", "sum"))
        row = {"method": name, "part": method.part, "rule": method.rule}
        rows.append(row | {"published": published, "reproduced": reproduced, "source": method.source})
    return pd.DataFrame(rows)


def _compute(example: Mapping[str, Any]) -> Any:
    method, taken = find_method(example["method"]), dict(example["with"])
    if method.part == "attainment":
        return attainment(method, np.array(example["actual"], dtype=float), **taken)
    if method.part == "status":
        return status(method, example["actual"], **taken)
    if method.part == "roll_up":
        return roll_up(method, **taken)
    return method.compute(**taken)


def _list(value: Any) -> list[Any]:
    return list(value) if np.ndim(value) else [value]


def _agrees(printed: Any, computed: Any) -> bool:
    if isinstance(printed, str):
        return bool(printed == computed)
    if printed is None:
        return bool(np.isnan(computed))
    text = str(printed)
    digits = len(text.partition(".")[2])
    # Half a unit of the last digit printed, and what floating point leaves behind.
    return bool(abs(float(printed) - float(computed)) <= 0.5 * 10**-digits + 1e-9)
