"""Perspectives, and the two sets of four that ship: Kaplan and Norton's, and Van Grembergen's for IT.

Each of the generic four has its counterpart in IT: the customers of an IT organisation are its users, and what it
contributes to the company stands where a company has its finances.
"""

from __future__ import annotations

from typing import Any

from bsclib.errors import suggestion
from bsclib.model.values import Id, Name, Part, Weight


class Perspective(Part):
    """A point of view on the organisation.

    Parameters
    ----------
    id, name : str
    weight : float or list of {period, value}, default 1
        How much it counts beside its neighbours; dated weights hold each from its date.

    Examples
    --------
    >>> Perspective(id="customer", name="Customer").weight
    1.0
    """

    id: Id
    name: Name
    weight: Weight = 1.0


PERSPECTIVES: dict[str, tuple[Perspective, ...]] = {
    "generic": (
        Perspective(id="financial", name="Financial"),
        Perspective(id="customer", name="Customer"),
        Perspective(id="internal_process", name="Internal process"),
        Perspective(id="learning_growth", name="Learning and growth"),
    ),
    "it": (
        Perspective(id="corporate_contribution", name="Corporate contribution"),
        Perspective(id="user_orientation", name="User orientation"),
        Perspective(id="operational_excellence", name="Operational excellence"),
        Perspective(id="future_orientation", name="Future orientation"),
    ),
}
"""Kaplan and Norton's four (1992) and Van Grembergen and Van Bruggen's four for IT (1997)."""

GENERIC_TO_IT = {generic.id: it.id for generic, it in zip(PERSPECTIVES["generic"], PERSPECTIVES["it"], strict=True)}


def named_set(value: Any) -> Any:
    """The perspectives of a set that ships; anything but a name is left as it is."""
    if not isinstance(value, str):
        return value
    if value in PERSPECTIVES:
        return PERSPECTIVES[value]
    what = f"{value!r} is not a set of perspectives: write it, generic, or a list of id and name"
    raise ValueError("; ".join(filter(None, [what, suggestion(value, PERSPECTIVES)])))
