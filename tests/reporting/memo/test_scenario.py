import pytest
from planned import CARD, actuals

from bsclib.errors import UnknownNameError
from bsclib.model.build import build
from bsclib.reporting.memo.page import reported
from bsclib.scenarios import Scenario
from bsclib.scenarios.files import write_scenario

SCHOOL = Scenario(id="school", name="A school", question="Is it worth it?", initiatives=["school"], horizon=12)


def test_a_scenario_is_reported(tmp_path):
    write_scenario(SCHOOL, tmp_path / "school.yaml")
    asked, found = reported(str(tmp_path / "school.yaml"), build(CARD), actuals(), as_of="2026-03", draws=200)
    assert asked == SCHOOL
    assert found.attrs["last"] == "2026-03"
    assert found["period"].astype(str).max() == "2027-03"
    strange = SCHOOL.model_copy(update={"initiatives": ("shool",)})
    write_scenario(strange, tmp_path / "strange.yaml")
    with pytest.raises(UnknownNameError, match="did you mean 'school'"):
        reported(str(tmp_path / "strange.yaml"), build(CARD), actuals())
