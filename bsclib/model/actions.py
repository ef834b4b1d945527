"""The improvement register: what is done about a finding, from plan to what was learned."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from bsclib.model import validation
from bsclib.model.values import Id, Name, Number, Part, Period, Text


class Action(Part):
    """What is done about a finding. Its fields are Deming's cycle: plan, do, check, act.

    Parameters
    ----------
    id : str
    finding, cause : str, optional
        Plan: what was seen, and what is believed to be behind it.
    action : str
        Plan: what is to be done.
    owner : str, optional
        Plan: the role that answers for it.
    kpi : str
        Plan: the KPI that is to show whether it helped. It may have been retired since; the review says so.
    unit : str, optional
        Plan: the unit in which it is done; without one, all of them.
    decided, due : period, optional
        Plan: the month of the meeting that decided it, and by when it is to be done.
    expected_effect : float, optional
        Check: by how much it is to move the KPI, in what the KPI is measured in.
    delay : int, default 0
        Check: months until the effect shows, once it is done.
    state : {"planned", "under_way", "finished", "dropped"}, default "planned"
        Do.
    finished : period, optional
        Do: when it was done; its effect is looked for from then on, after the delay.
    outcome : str, optional
        Act: what was learned, and what was decided on seeing the effect.

    Examples
    --------
    >>> action = Action(id="roster", action="Staff the evenings", kpi="mttr", state="finished", finished="2025-03")
    >>> action.state, action.delay
    ('finished', 0)
    """

    id: Id
    finding: Text = ""
    cause: Text = ""
    action: Name
    owner: Text = ""
    kpi: Id
    unit: Text = ""
    decided: Period | None = None
    due: Period | None = None
    expected_effect: Number | None = None
    delay: Annotated[int, Field(strict=True, ge=0, le=120)] = 0
    state: Literal["planned", "under_way", "finished", "dropped"] = "planned"
    finished: Period | None = None
    outcome: Text = ""

    @model_validator(mode="after")
    def _ends_once(self) -> Action:
        if self.finished and self.state != "finished":
            text = f"an action that was done has state: finished, and this one's is {self.state}"
            raise validation.validation_error([(("finished",), text)], self)
        return self

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.state in ("planned", "under_way")
