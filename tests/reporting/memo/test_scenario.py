import pytest
from planned import CARD, actuals

from bsclib.errors import UnknownNameError
from bsclib.model.build import build
from bsclib.reporting.memo.scenario import scenario_report
from bsclib.scenarios.definition import Scenario
from bsclib.scenarios.files import write_scenario
from bsclib.scenarios.fitting import fit_map
from bsclib.scenarios.notes import scenario_notes

SCHOOL = Scenario(id="school", name="A school", question="Is it worth it?", initiatives=["school"], horizon=12)


def test_a_scenario_is_reported(tmp_path):
    write_scenario(SCHOOL, tmp_path / "school.yaml")
    asked, found, notes = scenario_report(
        str(tmp_path / "school.yaml"), build(CARD), actuals(), as_of="2026-03", draws=200
    )
    assert asked == SCHOOL
    assert notes == scenario_notes(
        fit_map(build(CARD), actuals().query("period <= '2026-03'")), found, None, ["school"]
    )
    assert found["period"].astype(str).min() == "2026-04"
    assert found["period"].astype(str).max() == "2027-03"
    strange = SCHOOL.model_copy(update={"initiatives": ("shool",)})
    write_scenario(strange, tmp_path / "strange.yaml")
    with pytest.raises(UnknownNameError, match="did you mean 'school'"):
        scenario_report(str(tmp_path / "strange.yaml"), build(CARD), actuals())
