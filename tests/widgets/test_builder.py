"""Building a scorecard in tables, as a person would."""

import base64
import html
import json

import explored
import pytest
from axe_playwright_python.sync_playwright import Axe

from bsclib import read_actuals, read_scorecard, widgets
from bsclib.errors import ScorecardError
from bsclib.files.datasets import load_dataset
from bsclib.files.scorecards import write_scorecard
from bsclib.model.edit import change
from bsclib.widgets.builder import MOST_BYTES, Explorer, Home

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture(scope="module")
def case():
    return load_dataset("lakeside")


@pytest.fixture
def folder(case, tmp_path):
    write_scorecard(case[0], tmp_path)
    return tmp_path


def pressed(live, act, **given):
    """What the kernel answers to a button."""
    live.asked = {"turn": live.asked["turn"] + 1, "values": live.asked["values"], "act": act, "given": given}
    answer = live.shown
    if "values" in answer:
        live.asked = {"turn": live.asked["turn"] + 1, "values": {**live.asked["values"], **answer["values"]}}
    return answer


def typed(live, table, at, **cells):
    """What is said once a row says something else."""
    rows = [dict(row) for row in live.asked["values"][table]]
    rows[at] |= cells
    live.asked = {"turn": live.asked["turn"] + 1, "values": {**live.asked["values"], table: rows}}
    return live.shown


def sent(path):
    return {"name": path.name, "data": base64.b64encode(path.read_bytes()).decode()}


def test_a_batch_gets_tables(case, tmp_path):
    told = widgets.build_scorecard(*case)
    assert told.text.startswith(f"KPIs of {case[0].name}")
    assert told.html.count("<caption") == 2
    assert "build it" in widgets.build_scorecard(save_to=tmp_path / "new").text


def test_a_person_gets_what_is_where_it_is_saved(case, folder, monkeypatch):
    monkeypatch.setattr(widgets.builder, "attended", lambda: True)
    live = widgets.build_scorecard(save_to=folder)
    assert live.title == f"Building {case[0].name}"
    assert live.shown["said"].endswith("."), "it is saved"
    assert "Not saved" not in live.shown["said"]
    assert widgets.build_scorecard(save_to=folder / "other").title == "Building a new scorecard"


def test_what_is_typed_is_saved(case, folder):
    live = Explorer(case[0], None, Home(folder)).live()
    assert "Not saved yet." in typed(live, "kpis", 0, name="Another name")["said"]
    assert live.shown["unsaved"]
    assert pressed(live, "save")["said"].startswith("Saved.")
    assert read_scorecard(folder) == change(case[0], case[0].kpis[0].id, name="Another name")
    assert "Not saved" not in typed(live, "kpis", 0, name="Another name")["said"]
    before = (folder / "scorecard.yaml").read_bytes()
    typed(live, "kpis", 0, name="")
    assert pressed(live, "save")["said"].startswith("Saved as a draft: scorecard.draft.yaml is beside the scorecard")
    assert (folder / "scorecard.yaml").read_bytes() == before


def test_a_draft_is_saved_named_opened_again_and_gone_once_it_is_whole(case, folder):
    before = (folder / "scorecard.yaml").read_bytes()
    live = Explorer(case[0], None, Home(folder)).live()
    typed(live, "kpis", 0, target="four", objective="", name="Half done")
    assert "1 KPI" not in live.shown["said"]
    told = pressed(live, "save")
    assert not told["unsaved"], "nothing would be lost"
    assert (folder / "scorecard.yaml").read_bytes() == before
    with pytest.raises(ScorecardError, match=r"scorecard.draft.yaml, line \d+, kpis\[0\].target.*four"):
        read_scorecard(folder / "scorecard.draft.yaml")

    again = Explorer(case[0], None, Home(folder)).live()
    assert again.shown["offers"] == [("draft", "Open the draft scorecard.draft.yaml")]
    typed(again, "kpis", 1, weight="heavy")
    assert pressed(again, "save")["said"].startswith("Not saved: another draft is there already.")
    told = pressed(again, "draft")
    assert told["said"].startswith(f"Opened {case[0].name}. It is a draft.")
    assert (told["values"]["kpis"][0]["target"], told["values"]["kpis"][0]["name"]) == ("four", "Half done")
    first = case[0].kpis[0]
    key = next(row["key"] for row in told["values"]["objectives"] if row["name"] == case[0].names[first.objective])
    typed(again, "kpis", 0, target=Explorer(case[0], None).start["kpis"][0]["target"], objective=key)
    assert pressed(again, "save")["said"].startswith("Saved.")
    assert read_scorecard(folder) == change(case[0], first.id, name="Half done")
    assert not (folder / "scorecard.draft.yaml").exists()


def test_a_draft_is_given_as_a_file_and_opened_from_one(case, tmp_path):
    live = Explorer(*case).live()
    typed(live, "links", 0, effect="")
    file = pressed(live, "xlsx")["file"]
    assert file["name"] == "scorecard.draft.yaml"
    (tmp_path / file["name"]).write_text(file["text"], encoding="utf-8")
    other = Explorer(None, None).live()
    told = pressed(other, "open", open=sent(tmp_path / file["name"]))
    assert "It is a draft: what is to mend stands below the rows. " in told["said"]
    assert [kind for row in told["notes"].values() for kind, _ in row["texts"]] == ["fault"]
    assert len(told["values"]["kpis"]) == len(case[0].kpis)


@pytest.mark.parametrize("name", ["scorecard.yaml", "scorecard.xlsx"])
def test_two_tabs_do_not_save_over_each_other(case, tmp_path, name):
    card = case[0]
    write_scorecard(card, tmp_path / name)
    one, two = (Explorer(card, None, Home(tmp_path)).live() for _ in range(2))
    typed(one, "kpis", 0, name="Of the first")
    typed(two, "kpis", 1, name="Of the second")
    assert pressed(one, "save")["said"].startswith("Saved.")
    told = pressed(two, "save")
    assert "has saved this since you opened it" in told["said"]
    first = change(card, card.kpis[0].id, name="Of the first")
    assert read_scorecard(tmp_path) == first, "nothing was written"
    assert [act for act, _ in told["offers"]] == ["take", "copy"]
    assert pressed(two, "copy")["said"].startswith(f"Yours is in scorecard-2{name[-5:]}.")
    second = change(card, card.kpis[1].id, name="Of the second")
    assert read_scorecard(tmp_path / f"scorecard-2{name[-5:]}") == second
    assert read_scorecard(tmp_path) == first
    taken = pressed(two, "take")
    assert taken["turned"], "Undo brings the second's own back"
    assert taken["values"]["kpis"][0]["name"] == "Of the first"
    typed(two, "kpis", 1, name="Of the second")
    assert pressed(two, "save")["said"].startswith("Saved.")
    assert read_scorecard(tmp_path) == change(first, card.kpis[1].id, name="Of the second")


def test_what_was_there_and_never_opened_is_not_saved_over(case, folder):
    new = Explorer(change(case[0], case[0].id, name="Another"), None, Home(folder)).live()
    assert "nothing was written" in pressed(new, "save")["said"]
    (folder / "scorecard.yaml").write_text("id: [", encoding="utf-8")
    assert "nothing was written" in pressed(new, "save")["said"]
    assert pressed(new, "take")["said"].startswith("Not opened. ")


def test_undo_goes_back_across_what_was_opened(case, folder):
    live = Explorer(None, None, Home(folder)).live()
    empty = live.asked["values"]
    pressed(live, "take")
    live.asked = {"turn": 50, "values": empty}
    assert "Nothing is here yet." in live.shown["said"]


def test_files_are_opened_and_given(case, tmp_path):
    card, actuals = case
    write_scorecard(card, tmp_path / "theirs.xlsx", actuals)
    live = Explorer(None, None).live()
    told = pressed(live, "open", open=sent(tmp_path / "theirs.xlsx"))
    assert told["said"].startswith(f"Opened {card.name}.")
    for kind in ("yaml", "xlsx"):
        file = pressed(live, kind)["file"]
        (tmp_path / file["name"]).write_bytes(base64.b64decode(file["data"]))
        assert read_scorecard(tmp_path / file["name"]) == card
    assert len(read_actuals(tmp_path / "scorecard.xlsx")) == len(actuals)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("card.yaml", b"id: [", "Not opened."),
        ("card.yaml", b"id: x\nname: X\n", "this is missing"),
        ("card.xlsx", b"MZ\x90\x00 a program", "Not opened."),
        ("../../card.exe", b"MZ", "no YAML file or workbook"),
        ("card.yaml", b" " * (MOST_BYTES + 1), "too large"),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing(case, name, data, said):
    live = Explorer(case[0], None).live()
    told = pressed(live, "open", open={"name": name, "data": base64.b64encode(data).decode()})
    assert said in told["said"]
    assert "values" not in told


def test_the_code_gives_the_same_findings(case, folder):
    live = Explorer(*case, Home(folder)).live()
    live.asked = {**live.asked, "turn": 9, "part": 1}
    names = {"actuals": case[1]}
    exec(live.shown["code"], names)
    texts = [text for row in live.shown["notes"].values() for _, text in row["texts"]]
    shown = html.unescape(live.shown["body"] + " ".join(texts))
    assert len(names["findings"])
    assert all(what in shown for what in names["findings"]["what"])


def test_another_set_of_perspectives(case):
    live = Explorer(None, None).live()
    live.asked = {"turn": 1, "values": {**live.asked["values"], "set": "generic"}}
    rows = live.shown["values"]["perspectives"]
    assert [row["name"] for row in rows] == ["Financial", "Customer", "Internal process", "Learning and growth"]
    rows = [{**rows[0], "name": "Our own"}, *rows[1:]]
    live.asked = {"turn": 2, "values": {**live.asked["values"], "perspectives": rows}}
    assert live.shown["values"]["set"] == "own"


@pytest.mark.system
def test_a_new_scorecard_is_built_by_keyboard(browser, tmp_path):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(20_000)
    faults = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    explored.show(page, Explorer(None, None, Home(tmp_path / "mine")).live())
    said = page.get_by_role("status")
    page.get_by_label("Name of the scorecard").fill("Our IT")
    page.get_by_label("Name, row 1").fill("Restore fast")
    page.get_by_label("Perspective, Restore fast").select_option(label="Operational excellence")
    page.get_by_label("Name, Restore fast").press("Enter")
    page.keyboard.type("Keep people")
    page.get_by_role("radio", name="Objectives: 2").press("ArrowRight")
    page.get_by_label("Name, row 1").fill("Time to restore")
    page.get_by_text("✗ Objective: this is missing").or_(
        page.get_by_text("Objective: this is missing")
    ).first.wait_for()
    assert page.get_by_label("Objective, Time to restore").get_attribute("aria-invalid") == "true"
    page.get_by_label("Objective, Time to restore").select_option(label="Restore fast")
    page.get_by_label("Better is, Time to restore").select_option(label="lower")
    page.get_by_role("radio", name="KPIs: 1").press("ArrowRight")
    page.get_by_label("Target, Time to restore").fill("4,5")
    page.get_by_text("write 4.5").wait_for()
    page.get_by_label("Target, Time to restore").fill("4.5")
    page.get_by_label("Floor (score 0), Time to restore").fill("9")
    page.get_by_role("radio", name="Targets: 1").press("ArrowLeft")
    page.get_by_role("radio", name="KPIs: 1").press("ArrowLeft")
    page.get_by_role("button", name="Remove Keep people").press("Enter")
    said.filter(has_text="1 objective, 1 KPI, 0 links. The review finds").wait_for()
    page.get_by_role("button", name="Undo").press("Enter")
    page.get_by_label("Name, Keep people").wait_for()
    page.get_by_role("button", name="Remove Keep people").press("Enter")
    said.filter(has_text="1 objective, 1 KPI").wait_for()
    page.get_by_role("button", name="Save to").press("Enter")
    said.filter(has_text="Saved.").wait_for()
    card = read_scorecard(tmp_path / "mine")
    assert (card.name, card.kpis[0].target, card.kpis[0].floor) == ("Our IT", 4.5, 9.0)
    assert Axe().run(page, options=WCAG).response["violations"] == []
    assert not faults
    page.close()


def kept(live):
    """What a tab keeps of tables that are not saved."""
    values = live.asked["values"]
    return {"base": live.bases[values["card"]], "values": json.loads(json.dumps(values))}


@pytest.mark.parametrize("begin", ["as it started", "another was opened", "a new one", "a draft"])
def test_another_kernel_goes_on_with_what_a_tab_has_kept(case, folder, tmp_path, begin):
    def started():
        return Explorer(None, None).live() if begin == "a new one" else Explorer(*case).live()

    live = started()
    if begin == "another was opened":
        meridian = read_scorecard("meridian")
        write_scorecard(meridian, tmp_path / "other.yaml")
        pressed(live, "open", open=sent(tmp_path / "other.yaml"))
    elif begin == "a draft":
        text = (folder / "scorecard.yaml").read_text(encoding="utf-8")
        (tmp_path / "draft.yaml").write_text(text.replace("higher_is_better", "upwards"), encoding="utf-8")
        pressed(live, "open", open=sent(tmp_path / "draft.yaml"))
    typed(live, "objectives", 0, name="Answer people", perspective=live.asked["values"]["perspectives"][0]["key"])
    before = typed(live, "kpis", 0, name="Half done", objective=live.asked["values"]["objectives"][0]["key"])
    rows = live.asked["values"]["links"] + [{"key": "new-x", "cause": live.asked["values"]["kpis"][0]["key"]}]
    live.asked = {"turn": live.asked["turn"] + 1, "values": {**live.asked["values"], "links": rows}}
    other = started()
    answer = pressed(other, "again", again=kept(live))
    assert answer["said"].startswith("What you typed here before, and did not save, is back.")
    assert answer["unsaved"]
    assert before["unsaved"]
    given = [
        base64.b64decode(file["data"]).decode() if "data" in file else file["text"]
        for file in (pressed(one, "yaml")["file"] for one in (live, other))
    ]
    assert given[0] == given[1]
    assert "Half done" in given[0]


@pytest.mark.parametrize(
    "given", [{}, {"base": "{", "values": {}}, {"base": "[1]", "values": {"card": "card 1"}}], ids=str
)
def test_what_a_tab_has_kept_and_cannot_be_read_changes_nothing(case, given):
    live = Explorer(*case).live()
    start = live.asked["values"]
    assert "cannot be read any more" in pressed(live, "again", again=given)["said"]
    assert live.asked["values"] == start
