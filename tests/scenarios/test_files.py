import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import ids, names, periods, texts

from bsclib import read_scorecard
from bsclib.errors import BscError, UnknownNameError
from bsclib.scenarios.definition import Scenario, check_scenario
from bsclib.scenarios.files import read_scenario, write_scenario

HEAD = "id: x\nname: X\n"
numbers = st.floats(allow_nan=False, allow_infinity=False)
sizes = st.floats(0, 1e9, allow_nan=False)
changes = st.one_of(
    numbers,
    st.tuples(st.sampled_from("+-"), sizes, st.sampled_from(["", "%"])).map(lambda parts: "{}{!r}{}".format(*parts)),
)
initiatives = st.lists(ids, max_size=3) | st.dictionaries(ids, periods, max_size=3)


@st.composite
def scenarios(draw):
    fields = {"changes": st.dictionaries(ids, changes, max_size=3), "initiatives": initiatives}
    fields |= {"question": texts, "horizon": st.integers(1, 120), "unit": texts}
    return Scenario(id=draw(ids), name=draw(names), **draw(st.fixed_dictionaries({}, optional=fields)))


def reading(tmp_path, text):
    file = tmp_path / "x.yaml"
    file.write_text(text, encoding="utf-8")
    return read_scenario(file)


@given(scenarios())
def test_written_and_read_is_the_same(tmp_path_factory, scenario):
    file = tmp_path_factory.getbasetemp() / "scenario.yaml"
    write_scenario(scenario, file)
    assert read_scenario(file) == scenario


def test_it_is_written_as_a_person_would(tmp_path):
    scenario = Scenario(
        id="both",
        name="Both",
        changes={"csat": 4.3, "mttr": "-10%", "nps": "+3", "cost": -2},
        initiatives={"runbooks": "2026-09"},
    )
    write_scenario(scenario, tmp_path / "both.yaml")
    assert (tmp_path / "both.yaml").read_text(encoding="utf-8") == (
        "id: both\nname: Both\nchanges: {csat: =4.3, mttr: -10%, nps: '+3', cost: =-2}\n"
        "initiatives: {runbooks: 2026-09}\n"
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("+10%", "+10%"),
        ("-5%", "-5%"),
        ("'+10%'", "+10%"),
        ("=98", "=98"),
        ("98", "=98"),
        ("98.5", "=98.5"),
        ("'+3'", "+3"),
        ('" + 3 "', "+3"),
        ("=-3", "=-3"),
        ("\u22122%", "-2%"),
    ],
)
def test_what_a_change_may_be_written_as(tmp_path, written, read):
    assert reading(tmp_path, f"{HEAD}changes: {{mttr: {written}}}\n").changes == {"mttr": read}


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (
            "+3",
            r"x.yaml, line 4, changes.mttr: without quotes this is a number.*\"\+3\" for so much more.*\"=3\" for",
        ),
        ("-0.5", r"line 4, changes.mttr: without quotes.*\"-0.5\" for so much more or less, or \"=-0.5\" for a level"),
        ("+1e3", "line 4, changes.mttr: without quotes"),
        ("10%", r"line 4, changes.mttr: this is not a change: write \+10% or -10%. Got: '10%'"),
        ("=98%", "line 4, changes.mttr: .*write =98: a level is in the KPI's own measure"),
        ("'3'", r"line 4, changes.mttr: .*write =3 for a level, or \+3 for so much more"),
        ("'+2,5'", r"line 4, changes.mttr: .*write \+2.5"),
        ("yes", "line 4, changes.mttr: this is not a change.* Got: True"),
        ("a lot", "line 4, changes.mttr: this is not a change: write .10%"),
        ("", "line 4, changes.mttr: this KPI has no change"),
        ("[1, 2]", "line 4, changes.mttr: this is not a change"),
        ("+1e999%", "this is not a change"),
    ],
)
def test_what_a_change_cannot_be(tmp_path, written, words):
    with pytest.raises(BscError, match=words):
        reading(tmp_path, f"{HEAD}changes:\n  mttr: {written}\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id: no\nname: X\n", "x.yaml, line 1, id: this should be text, and is a truth value.*quotes"),
        ("name: X\n", "id: this is missing"),
        (HEAD + "horizn: 3\n", "line 3, horizn: there is no field 'horizn'.*did you mean 'horizon'"),
        (HEAD + "horizon: 0\n", "line 3, horizon: .*too small.*Allowed: 1 or more"),
        (HEAD + "horizon: 2026-09\n", "line 3, horizon: this should be a whole number"),
        (HEAD + "initiatives: runbooks\n", r"line 3, initiatives: these are no initiatives.*\[runbooks\]"),
        (HEAD + "initiatives: {runbooks: 2026}\n", "line 3, initiatives.runbooks: .*text.*number"),
        (HEAD + "initiatives: {runbooks: soon}\n", "line 3, initiatives.runbooks: 'soon' is not a period"),
        (HEAD + "initiatives: {runbooks: }\n", "line 3, initiatives.runbooks: this initiative has no start"),
        (HEAD + "initiatives: [no]\n", "line 3, initiatives.*: this should be text, and is a truth value"),
        (HEAD + "changes: [mttr]\n", "line 3, changes: this should be fields"),
        (HEAD + "changes: {mttr: +5%, mttr: +6%}\n", "line 3: 'mttr' stands here again"),
        (HEAD + "changes: {mttr: %5}\n", "line 3: a text that begins with '%' needs quotes"),
        ("- a\n", "line 1: a scenario is a mapping of fields"),
        ("", "x.yaml: the file is empty. Fix: write id, name, question"),
        (HEAD + "---\nid: y\n", "keep one scenario in a file"),
    ],
)
def test_faults_carry_file_and_line(tmp_path, text, words):
    with pytest.raises(BscError, match=words) as caught:
        reading(tmp_path, text)
    assert type(caught.value) is BscError


def test_all_faults_are_said_at_once(tmp_path):
    with pytest.raises(BscError, match="4 faults") as caught:
        reading(tmp_path, "id: x y\nname: ''\nchanges: {mttr: 5%}\nhorizon: 1.5\n")
    assert [fault.where.split(", ")[1] for fault in caught.value.faults] == ["line 1", "line 2", "line 3", "line 4"]


@pytest.mark.parametrize("name", ["automate-first", "train-people"])
def test_those_that_ship_fit_their_scorecard(name):
    scenario = read_scenario(f"meridian/{name}")
    assert scenario.id == name
    assert scenario.question.endswith("?")
    check_scenario(scenario, read_scorecard("meridian"))


def test_what_lies_beside_a_scorecard_is_found_by_its_name(tmp_path):
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "mine.yml").write_text(HEAD)
    assert read_scenario(tmp_path / "mine").id == "x"
    with pytest.raises(UnknownNameError, match=r"there is no scenario '.*mien'.*did you mean '.*/mine'"):
        read_scenario(tmp_path / "mien")


@pytest.mark.parametrize(
    "path", ["meridian/automate-frist", "automate-first", "nowhere/mine", "meridian", "lakeside/any"]
)
def test_what_is_not_there_is_said(path):
    with pytest.raises(UnknownNameError, match=f"there is no scenario '{path}'"):
        read_scenario(path)


def test_the_nearest_name_is_offered():
    with pytest.raises(UnknownNameError, match=r"meridian/train-people. Fix: did you mean 'meridian/automate-first'"):
        read_scenario("meridian/automate-frist")


def test_it_is_written_to_yaml_only(tmp_path):
    scenario = Scenario(id="x", name="X")
    with pytest.raises(BscError, match=r"a scenario is a YAML file. Got: .json"):
        write_scenario(scenario, tmp_path / "x.json")
    (tmp_path / "file").write_text("")
    with pytest.raises(BscError, match=r"x\.yaml"):
        write_scenario(scenario, tmp_path / "file" / "x.yaml")
