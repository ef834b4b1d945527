import copy
import json

import pandas as pd
import pytest

from bsclib.batch.diff import change_sentences, changes_by_report, compare_batches, read_manifest
from bsclib.errors import ReportError


def report(name, score=84.0, status="at_risk", state="done", error="", data="d1", **kpis):
    rows = [{"id": id.replace("_", "-"), "status": word} for id, word in kpis.items()]
    summary = {"score": score, "status": status, "kpis": rows} if state == "done" else None
    return {
        "name": name,
        "parameters": {"unit": name.title()},
        "state": state,
        "key": "k",
        "data": data,
        "error": error,
        "files": {},
        "summary": summary,
    }


def batch(*reports, **head):
    same = {
        "kit": "bsclib 0.1.0",
        "notebook": {"name": "09.ipynb", "sha256": "n1"},
        "versions": {"python": "3.11.7", "bsclib": "0.1.0", "packages": {"pandas": "3.0.0", "rich": "14"}},
        "formats": ["html"],
        "house": None,
        "parameters": ["unit"],
    }
    return {**same, **head, "reports": list(reports)}


@pytest.fixture
def compared(tmp_path):
    def compare(old, new):
        for name, content in (("old", old), ("new", new)):
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
        return compare_batches(tmp_path / "old", tmp_path / "new")

    return compare


def rows(frame):
    return [tuple(row) for row in frame.itertuples(index=False)]


def test_a_batch_differs_in_nothing_from_itself(compared):
    one = batch(report("apps", mttr="at_risk"), report("data", state="left_out"))
    found = compared(one, copy.deepcopy(one))
    assert found.empty
    assert list(found) == ["name", "what", "which", "old", "new"]
    assert change_sentences(found) == ["Nothing changed."]
    assert changes_by_report(found).empty


def test_reports_come_and_go(compared):
    found = compared(batch(report("apps"), report("data")), batch(report("ops"), report("apps")))
    assert rows(found) == [("ops", "added", "", None, None), ("data", "gone", "", None, None)]
    assert change_sentences(found) == ["1 report was added: ops.", "1 report is gone: data."]


def test_failures_are_new_old_or_mended(compared):
    bad = {"state": "failed", "error": "cell 3: no actuals"}
    old = batch(report("a"), report("b", **bad), report("c", **bad), report("d"), report("e", **bad))
    new = batch(
        report("a", **bad),
        report("b", **bad),
        report("c"),
        report("d", state="left_out"),
        report("e", state="left_out"),
    )
    found = compared(old, new)
    said = "cell 3: no actuals"
    assert rows(found) == [
        ("a", "failed", "", None, said),
        ("b", "failed again", "", said, said),
        ("c", "mended", "", said, None),
        ("d", "left out", "", None, None),
        ("e", "left out", "", None, None),
    ]
    assert change_sentences(found) == [
        "1 report failed that did not before: a.",
        "1 report failed again: b.",
        "2 reports were left out: d and e.",
        "1 report failed before and is made now: c.",
    ]
    assert list(changes_by_report(found)["changes"][:3]) == [f"failed: {said}", f"failed again: {said}", "mended"]


def test_statuses_scores_and_kpis_that_moved(compared):
    old = batch(report("a", 91.0, "on_target", mttr="on_target", cost_it="at_risk"), report("b", 70.0), report("c"))
    new = batch(report("a", 84.14, "at_risk", mttr="at_risk", cost_it="at_risk"), report("b", 70.04), report("c", 90.0))
    found = compared(old, new)
    assert rows(found) == [
        ("a", "status", "", "on_target", "at_risk"),
        ("a", "score", "", 91.0, 84.14),
        ("a", "KPI status", "mttr", "on_target", "at_risk"),
        ("c", "score", "", 84.0, 90.0),
    ]
    assert change_sentences(found) == [
        "1 report went from on target to at risk: a.",
        "1 score rose and 1 fell; the largest change is that of a, −6.9 points.",
        "1 KPI has another status, in 1 report.",
    ]
    told = changes_by_report(found).set_index("report")["changes"]
    assert told["a"] == "on target → at risk; score 91.0 → 84.1; mttr: on target → at risk"


def test_a_score_that_went_missing_and_a_kpi_that_is_new(compared):
    old, new = batch(report("a", 84.0)), batch(report("a", None, "no_data", mttr="at_risk"))
    assert rows(compared(old, new)) == [
        ("a", "status", "", "at_risk", "no_data"),
        ("a", "score", "", 84.0, None),
        ("a", "KPI status", "mttr", None, "at_risk"),
    ]
    assert changes_by_report(compared(old, new)).loc[0, "changes"] == (
        "at risk → no data; score 84.0 → none; mttr: not there → at risk"
    )


def test_notebooks_that_record_nothing_can_be_compared(compared):
    one = report("a")
    one["summary"] = None
    assert compared(batch(one), batch(one)).empty


def test_inputs_that_changed_are_named(compared):
    old = batch(report("a"), report("b"))
    new = batch(report("a", data="d2"), report("b"), notebook={"name": "09.ipynb", "sha256": "n2"}, house="h")
    new["versions"] = {"python": "3.12.1", "bsclib": "0.1.0", "source": "s", "packages": {"pandas": "3.0.1"}}
    new["reports"][1]["parameters"] = {"unit": "B", "months": 12}
    found = compared(old, new)
    assert rows(found) == [
        ("", "notebook", "", "n1", "n2"),
        ("", "version", "python", "3.11.7", "3.12.1"),
        ("", "version", "source", None, "s"),
        ("", "version", "pandas", "3.0.0", "3.0.1"),
        ("", "version", "rich", "14", None),
        ("", "house style", "", None, "h"),
        ("a", "data", "", "d1", "d2"),
        ("b", "parameter", "months", None, 12),
    ]
    assert change_sentences(found) == [
        "1 report had other parameters: b.",
        "1 report had other data: a.",
        "The whole batch was made with another notebook; another house style; "
        "another version of python, the kit's source, pandas and rich.",
    ]
    assert list(changes_by_report(found)["changes"]) == ["other data", "months: empty → 12"]


def test_the_manifest_itself_may_be_given(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps(batch()), encoding="utf-8")
    assert read_manifest(tmp_path / "manifest.json") == read_manifest(tmp_path)


@pytest.mark.parametrize("text", [None, "no json", "[]", '{"reports": [1]}', '{"reports": 5}', "[" * 100_000])
def test_a_folder_without_a_manifest_is_refused(tmp_path, text):
    if text is not None:
        (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(ReportError, match=r"manifest of a batch.*Fix: give the folder that `bsc batch` wrote"):
        compare_batches(tmp_path, tmp_path)


def test_words_are_counted_in_the_plural():
    changes = pd.DataFrame(
        [(name, "failed", "", None, "x") for name in "abcdefghi"], columns=["name", "what", "which", "old", "new"]
    )
    assert change_sentences(changes) == ["9 reports failed that did not before: a, b, c, d, e, f and 3 more."]
