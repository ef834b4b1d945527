"""Cells as people fill them: percentages, durations, answers and days, in workbooks made by hand."""

import datetime
from typing import ClassVar

import openpyxl
import pandas as pd
import pytest

from bsclib import explain, read_actuals, read_scorecard, score, write_scorecard
from bsclib.errors import ActualsError, ScorecardError
from bsclib.files.scorecards import read_actuals_and_notes, write_actuals

NAMES = ["id", "name", "objective", "measured_in", "direction", "target", "floor", "formula", "format", "due"]
HIGHER, LOWER = "higher_is_better", "lower_is_better"


@pytest.fixture
def made(tmp_path):
    """A workbook with one KPI, and actuals of which each is a number or a number and its format."""

    def make(actuals, unit="%", target=95, floor=75, direction=HIGHER, wide=False, more=(), **fields):
        book = openpyxl.Workbook()
        book.active.title = "Scorecard"
        for title, *rows in [
            ("Scorecard", ["id", "name"], ["desk", "Service desk"]),
            ("Perspectives", ["id", "name"], ["p", "Process"]),
            ("Objectives", ["id", "name", "perspective"], ["o", "Run the desk", "p"]),
            ("KPIs", NAMES, ["k", "A result", "o", unit, direction, target, floor, *map(fields.get, NAMES[7:])]),
            *more,
        ]:
            sheet = book[title] if title in book.sheetnames else book.create_sheet(title)
            for row in rows:
                fill(sheet, row)
        sheet, months = book.create_sheet("Actuals"), [f"2026-{month:02d}" for month in range(1, len(actuals) + 1)]
        if wide:
            rows = [["kpi", *months], ["k", *actuals]]
        else:
            rows = [
                ["kpi", "period", "actual"],
                *(["k", month, value] for month, value in zip(months, actuals, strict=True)),
            ]
        for row in rows:
            fill(sheet, row)
        book.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    return make


def fill(sheet, row):
    at = 1 if sheet.max_row == 1 and sheet["A1"].value is None else sheet.max_row + 1
    for column, value in enumerate(row, 1):
        cell = sheet.cell(at, column)
        cell.value, number_format = value if isinstance(value, tuple) else (value, "")
        cell.number_format = number_format or cell.number_format


def read(path):
    return read_actuals(path, read_scorecard(path))["actual"].tolist()


class TestPercent:
    def test_a_cell_means_what_it_shows(self, made):
        path = made([(0.97, "0%"), (0.91, "0%")])
        scores = score(read_scorecard(path), read_actuals(path))
        scores = scores[(scores["id"] == "k") & (scores["unit"] == "")]
        assert scores["score"].round(6).tolist() == [100, 80]
        assert scores["status"].tolist() == ["on_target", "at_risk"]

    @pytest.mark.parametrize(
        ("cell", "value"),
        [
            ((0.57, "0%"), 57),  # 0.57 * 100 is 56.99999999999999
            ((0.9712, "0%"), 97.12),
            ((0.97, "0.0%"), 97),
            ((0.97, "0.00 %"), 97),
            ((-0.05, "0%;[Red]-0%"), -5),
            ((-0.05, '0%;"minus "0'), -0.05),
            ((0.97, "[<=1]0%;0.0"), 97),
            ((97, "[<=1]0%;0.0"), 97),
            ((0.97, '[$-407]0%" erreicht"'), 97),
            ((97, '0.0" %"'), 97),
            ((97, "0\\%"), 97),
            ((97, "General"), 97),
            ((0, "0%"), 0),
            ((1, "0%"), 100),
            ("97", 97),
        ],
    )
    def test_by_the_part_of_the_format_that_shows_it(self, made, cell, value):
        assert read(made([cell])) == [value]

    def test_formats_may_be_mixed_and_the_table_wide(self, made):
        assert read(made([97, (0.91, "0%")])) == [97, 91]
        assert read(made([97, (0.91, "0%")], wide=True)) == [97, 91]

    def test_a_plain_small_number_among_percentages_is_in_doubt(self, made):
        path = made([(0.97, "0%"), 0.91, 0.92, (0.95, "0%")])
        message = r"Actuals!C3: this is the plain number 0\.91, as in 1 more cell, .*such as 95%.*write 91 if 91 % is"
        with pytest.raises(ActualsError, match=message):
            read(path)
        assert read(made([(0.004, "0.0%"), 0.5], target=1, floor=5, direction=LOWER)) == [0.4, 0.5]

    def test_a_small_part_of_a_ratio_is_none(self, made):
        path = made([(0.97, "0%")], formula="100 * met / all")
        book = openpyxl.load_workbook(path)
        fill(book["Actuals"], ["k", "2026-02", (0.5, "0%"), 1, 2])
        for column, name in enumerate(["numerator", "denominator"], 4):
            book["Actuals"].cell(1, column).value = name
        book.save(path)
        assert read(path) == [97, 50]

    @pytest.mark.parametrize(
        ("fields", "value"),
        [
            ({"unit": "share", "target": 0.97, "floor": 0.75}, 0.91),
            ({"unit": "", "target": 0.97, "floor": 0.75}, 0.91),
            ({"unit": "index", "target": 1, "floor": 0.5}, 0.91),
            ({"unit": "%", "target": 0.97, "floor": 0.75, "format": "{:.0%}"}, 0.91),
            ({"unit": "", "target": 95, "floor": 75}, 91),
            ({"unit": "% of requests", "target": 95, "floor": 75}, 91),
            ({"unit": "percent", "target": 95, "floor": 75}, 91),
            ({"target": (0.97, "0%"), "floor": (0.75, "0%")}, 91),
            ({"target": (0.97, "0%"), "floor": 75}, 91),
            ({"target": (0.005, "0.0%"), "floor": (0.01, "0%"), "direction": LOWER}, 91),
            ({"unit": "share", "target": (0.97, "0%"), "floor": (0.75, "0%")}, 0.91),
        ],
    )
    def test_on_the_scale_of_the_kpi(self, made, fields, value):
        assert read(made([(0.91, "0%")], **fields)) == [value]
        path = made([(0.91, "0%")], **fields)
        assert read_actuals(path)["actual"].tolist() == [value]  # by the workbook's own scorecard

    @pytest.mark.parametrize(
        "fields",
        [
            {"target": 0.97, "floor": 0.75},
            {"target": 0.5, "floor": 1, "direction": LOWER},
            {"unit": "hours", "target": 4, "floor": 12, "direction": LOWER},
            {"unit": "", "target": 1, "floor": 1.2, "direction": LOWER},
        ],
    )
    def test_in_doubt_it_is_one_fault(self, made, fields):
        message = r"Actuals!C2: this cell shows 97% and holds 0\.97, .*; so 1 more cell\..*a number: 97 or 0\.97"
        with pytest.raises(ActualsError, match=message) as caught:
            read(made([(0.97, "0%"), (0.91, "0%")], **fields))
        assert len(caught.value.faults) == 1

    def test_what_a_scorecard_states_too(self, made):
        targets = ("Targets", ["kpi", "field", "period", "value"], ["k", "target", "2026-12", (0.97, "0%")])
        baseline = ["k", "baseline", "2025-12", (0.8, "0%")]
        path = made([90], target=None, floor=(0.75, "0%"), more=[(*targets, baseline)])
        kpi = read_scorecard(path).kpi("k")
        assert (kpi.final_target, kpi.floor, kpi.baseline_value) == (97, 75, 80)

    def test_what_is_a_share_by_itself_stays_one(self, made):
        more = [
            ("Initiatives", ["id", "name"], ["i", "Work"]),
            ("Changes", ["initiative", "kpi", "by", "chance"], ["i", "k", (0.05, "0%"), (0.8, "0%")]),
        ]
        change = read_scorecard(made([90], more=more)).initiatives[0].changes[0]
        assert (change.by, change.chance) == (5, 0.8)

    def test_a_faulty_cell_of_the_scorecard_is_named(self, made):
        with pytest.raises(ScorecardError, match=r"KPIs!F2 \(target\): this cell shows 97% and holds 0\.97") as caught:
            read_scorecard(made([90], target=(0.97, "0%"), floor=0.75))
        assert len(caught.value.faults) == 1

    def test_a_workbook_without_a_scorecard_cannot_tell(self, tmp_path):
        book = openpyxl.Workbook()
        for row in (["kpi", "period", "actual"], ["k", "2026-01", (0.97, "0%")]):
            fill(book.active, row)
        book.save(tmp_path / "alone.xlsx")
        with pytest.raises(ActualsError, match=r"Sheet!C2: this cell shows 97% and holds 0\.97"):
            read_actuals(tmp_path / "alone.xlsx")

    def test_written_it_stays_what_it_was(self, made):
        path = made([(0.97, "0%"), (0.57, "0.0%")])
        card, actuals = read_scorecard(path), read_actuals(path)
        write_scorecard(card, path)  # which keeps the sheet Actuals
        assert openpyxl.load_workbook(path)["Actuals"]["C3"].number_format == "0.0%"
        assert read_scorecard(path) == card
        pd.testing.assert_frame_equal(read_actuals(path), actuals)
        write_actuals(actuals, path)
        pd.testing.assert_frame_equal(read_actuals(path), actuals)

    def test_it_is_said_what_was_read(self, made):
        path = made([(0.97, "0%"), (0.91, "0%")])
        notes = read_actuals_and_notes(path, read_scorecard(path))[1]
        assert notes == ["book.xlsx, Actuals!C2 shows 97% and was read as 97, and 1 more percentage likewise."]

    @pytest.mark.parametrize(
        ("fields", "advice"),
        [({}, "write 97 without %"), ({"unit": "share", "target": 0.95, "floor": 0.7}, r"write 0\.97\.$")],
    )
    def test_text_is_advised_on_the_scale_of_the_kpi(self, made, fields, advice):
        with pytest.raises(ActualsError, match=advice):
            read(made(["97%"], **fields))


class TestDurations:
    CELLS = (
        (datetime.timedelta(hours=5, minutes=30), "[h]:mm"),
        (datetime.timedelta(hours=30, minutes=30), "[h]:mm"),
        (datetime.time(6, 15), "h:mm"),
    )

    @pytest.mark.parametrize(
        ("unit", "values"),
        [
            ("hours", [5.5, 30.5, 6.25]),
            ("h", [5.5, 30.5, 6.25]),
            ("hrs.", [5.5, 30.5, 6.25]),
            ("Hours per incident", [5.5, 30.5, 6.25]),
            ("business hours", [5.5, 30.5, 6.25]),
            ("minutes", [330, 1830, 375]),
            ("min", [330, 1830, 375]),
            ("seconds", [19800, 109800, 22500]),
            ("days", [5.5 / 24, 30.5 / 24, 6.25 / 24]),
        ],
    )
    def test_in_the_unit_of_the_kpi(self, made, unit, values):
        path = made(self.CELLS, unit=unit, target=4, floor=12, direction=LOWER)
        assert read(path) == pytest.approx(values, rel=1e-12)

    @pytest.mark.parametrize("unit", ["", "tickets", "tickets per hour", "EUR/h", "working days", "%"])
    def test_otherwise_hours_are_to_be_written(self, made, unit):
        numbers = {"target": 95, "floor": 75} if unit == "%" else {"target": 4, "floor": 12, "direction": LOWER}
        with pytest.raises(
            ActualsError, match=r"Actuals!C2: this is a duration of 5 h 30 min.*a number: 5\.5"
        ) as caught:
            read(made(self.CELLS, unit=unit, **numbers))
        assert [fault.fix.split(": ")[-1] for fault in caught.value.faults] == ["5.5", "30.5", "6.25"]

    def test_what_a_cell_hides_is_said(self, made):
        with pytest.raises(ActualsError, match=r"C2: this cell shows 6 h 30 min and holds 30 h 30 min.*\[h\]:mm"):
            read(made([(30.5 / 24, "h:mm")], unit="hours", target=4, floor=12, direction=LOWER))

    def test_a_target_too(self, made):
        hours = (datetime.timedelta(hours=4, minutes=30), "[h]:mm")
        assert read_scorecard(made([5], unit="hours", target=hours, floor=12, direction=LOWER)).kpi("k").target == 4.5

    @pytest.mark.parametrize(
        ("unit", "text", "advice"),
        [
            ("hours", "5:30", r"write 5\.5, which is 5:30 in hours"),
            ("minutes", "5:30", r"write 330 minutes if it is 5 h 30 min, 5\.5 if 5 min 30 s"),
            ("minutes", "4.5 h", r"write 270, which is 4\.5 h in minutes"),
            ("hours", "4.5 h", r"leave out h: write 4\.5"),
        ],
    )
    def test_text_is_advised_in_the_unit_of_the_kpi(self, made, unit, text, advice):
        with pytest.raises(ActualsError, match=advice):
            read(made([text], unit=unit, target=4, floor=12, direction=LOWER))

    def test_written_it_stays_what_it_was(self, made):
        path = made(self.CELLS, unit="hours", target=4, floor=12, direction=LOWER)
        actuals = read_actuals(path)
        write_scorecard(read_scorecard(path), path)
        pd.testing.assert_frame_equal(read_actuals(path), actuals)


class TestAnswers:
    def test_yes_is_1_and_no_is_0(self, made):
        answers = ["Yes", "no", True, False, 1, 0, "TRUE", "y"]
        assert read(made(answers, unit="yes/no", target=1, floor=0)) == [1, 0, 1, 0, 1, 0, 1, 1]
        assert read(made(answers, unit="Yes/No", target=1, floor=0, wide=True)) == [1, 0, 1, 0, 1, 0, 1, 1]

    @pytest.mark.parametrize("answer", ["maybe", "green", 2, 0.5, "97%", datetime.datetime(2026, 3, 1)])
    def test_anything_else_is_a_fault(self, made, answer):
        with pytest.raises(ActualsError, match=r"C2: this is neither yes nor no.*Fix: write yes or no"):
            read(made([answer], unit="yes/no", target=1, floor=0))

    def test_it_reads_as_an_answer(self, made):
        path = made(["yes", "no"], unit="yes/no", target=1, floor=0)
        card = read_scorecard(path)
        kpi, scores = card.kpi("k"), score(card, read_actuals(path))
        assert [kpi.show(value) for value in (1, 0, 2 / 3)] == ["Yes", "No", "67 % yes"]
        assert "Actual                       0, which is No" in explain(scores, "k", scorecard=card).text

    def test_elsewhere_it_is_no_number(self, made):
        with pytest.raises(ActualsError, match=r"C2: this is not a number.*write 1 or 0"):
            read(made(["yes"]))

    def test_nothing_lies_beyond_yes(self, made):
        with pytest.raises(ScorecardError, match=r"KPIs!F2.*yes is 1 and no is 0"):
            read_scorecard(made(["yes"], unit="yes/no", target=95, floor=0))


class TestMilestones:
    FIELDS: ClassVar = {"unit": "days late", "target": 0, "floor": 30, "direction": LOWER, "due": "2026-02-15"}

    def test_late_is_partly_attained(self, made):
        path = made(["not yet", "not yet", datetime.date(2026, 3, 9)], **self.FIELDS)
        card = read_scorecard(path)
        actuals = read_actuals(path)
        assert actuals["actual"].fillna(-99).tolist() == [-99, 13, 22]
        scores = score(card, actuals)
        assert scores.loc[scores["id"] == "k", "score"].round(4).tolist()[-2:] == [56.6667, 26.6667]
        text = explain(scores, "k", scorecard=card).text
        assert "22, which is 22 days late" in text
        assert "0, the target, which is on time" in text

    @pytest.mark.parametrize(
        ("cell", "late", "shown"),
        [
            ("2026-01-31", -15, "15 days early"),
            ("2026-02-15", 0, "on time"),
            ("2026-02-16", 1, "1 day late"),
            (3, 3, "3 days late"),
        ],
    )
    def test_the_day_or_the_days(self, made, cell, late, shown):
        path = made([None, None, cell], **self.FIELDS)
        assert read(path)[-1] == late
        assert read_scorecard(path).kpi("k").show(late) == shown

    @pytest.mark.parametrize("cell", ["done", "yes", "12.03.2026", "2026-02-31", (datetime.date(2026, 1, 1), "mmm-yy")])
    def test_anything_else_is_a_fault(self, made, cell):
        with pytest.raises(ActualsError, match=r"C2: this is no day on which a milestone was done.*or not yet"):
            read(made([cell], **self.FIELDS))

    def test_nothing_is_done_in_the_future(self, made):
        with pytest.raises(ActualsError, match=r"2026-02-10 comes after the end of 2026-01.*write not yet"):
            read(made(["2026-02-10"], **self.FIELDS))

    def test_a_due_date_needs_days_late(self, made):
        with pytest.raises(ScorecardError, match="a milestone is measured_in: days late"):
            read_scorecard(made([1], **self.FIELDS | {"unit": "%"}))

    def test_it_is_written_and_read(self, made, tmp_path):
        path = made(["not yet", "2026-02-20"], **self.FIELDS)
        card, actuals = read_scorecard(path), read_actuals(path)
        for place in (tmp_path / "folder", tmp_path / "again.xlsx"):
            write_scorecard(card, place, actuals)
            assert read_scorecard(place) == card
            pd.testing.assert_frame_equal(read_actuals(place, card), actuals)


class TestBesideAScorecard:
    """Actuals that are read without a scorecard take their measures from the one in their folder."""

    CARD = """
id: desk
name: Desk
perspectives: [{id: p, name: P}]
objectives: [{id: o, name: O, perspective: p}]
kpis:
  - {id: k, name: A result, objective: o, measured_in: yes/no, direction: higher_is_better, target: 1, floor: 0}
"""

    def test_in_its_folder(self, tmp_path):
        (tmp_path / "scorecard.yaml").write_text(self.CARD)
        (tmp_path / "actuals.csv").write_text("kpi,period,actual\nk,2026-01,Yes\nk,2026-02,no\nk,2026-03,\n")
        assert read_actuals(tmp_path)["actual"].fillna(-1).tolist() == [1, 0, -1]
        assert read_actuals(tmp_path / "actuals.csv")["actual"].tolist()[:2] == [1, 0]
        pd.DataFrame({"kpi": ["k"], "period": ["2026-01"], "actual": [True]}).to_parquet(tmp_path / "more.parquet")
        assert read_actuals(tmp_path / "more.parquet")["actual"].tolist() == [1]

    def test_alone_it_is_no_number(self, tmp_path):
        (tmp_path / "actuals.csv").write_text("kpi,period,actual\nk,2026-01,Yes\n")
        with pytest.raises(ActualsError, match=r"line 2, actual: this is not a number.*write 1 or 0"):
            read_actuals(tmp_path)

    def test_an_answer_is_written_1_or_0_in_a_scorecard(self, tmp_path):
        (tmp_path / "scorecard.yaml").write_text(self.CARD.replace("target: 1", "target: yes"))
        with pytest.raises(
            ScorecardError, match=r"target: this should be a number\. Got: True\. Fix: write 1 for yes, 0"
        ):
            read_scorecard(tmp_path)


class TestTyped:
    """Numbers that a cell holds as text, whose meaning depends on where somebody types them."""

    ONE: ClassVar = "1.000 may mean 1 or 1000. Fix: this is text: make it a number, 1000 or 1."

    @pytest.mark.parametrize(
        ("cells", "message"),
        [
            ({"actuals": [950, "1.000"]}, f"^book.xlsx, Actuals!C3: {ONE}"),
            ({"actuals": [950, "1.000"], "wide": True}, f"^book.xlsx, Actuals!C2: {ONE}"),
            ({"actuals": ["1,234"]}, "Actuals!C2: 1,234 may mean 1.234 or 1234. Fix: this is text: make it a number"),
            ({"actuals": ["4,5", "1.000"]}, "Actuals!C3: other numbers have a decimal comma, and 1.000 has a point"),
            ({"actuals": ["1 000"]}, "Actuals!C2: this is not a number. Got: '1 000'. Fix: leave out what separates"),
            ({"actuals": ["1.000,5"]}, "Actuals!C2: this is not a number. Got: '1.000,5'. Fix: leave out what sep"),
            ({"actuals": ["1’000"]}, "Actuals!C2: this is not a number. Got: '1’000'. Fix: leave out what separates"),
            ({"actuals": [1], "target": "1.000"}, rf"^book.xlsx, KPIs!F2 \(target\): {ONE}"),
            ({"actuals": [1], "floor": "1,000"}, r"KPIs!G2 \(floor\): 1,000 may mean 1 or 1000"),
            (
                {
                    "actuals": [1],
                    "more": [("Actions", ["id", "action", "kpi", "expected_effect"], ["a", "Do", "k", "1.000"])],
                },
                rf"^book.xlsx, Actions!D2 \(expected_effect\): {ONE}",
            ),
        ],
        ids=str,
    )
    def test_two_meanings_are_refused(self, made, cells, message):
        with pytest.raises((ActualsError, ScorecardError), match=message):
            read(made(**cells))

    def test_the_others_tell_which_it_is(self, made):
        assert read(made([950, "1.000", "12.5"], unit="calls")) == [950, 1, 12.5]
        book = made(["4,5", 1.25], unit="hours", target="97,5", floor="75")
        assert (read(book), read_scorecard(book).kpis[0].target) == ([4.5, 1.25], 97.5)
        assert read_actuals_and_notes(book)[1] == ["book.xlsx has decimal commas: 4,5 was read as 4.5."]

    def test_periods_are_read_as_in_other_tables(self, made):
        path = (
            "Targets",
            ["kpi", "period", "value"],
            ["k", "31.12.2025", 90],
            ["k", "Jan 26", 91],
            ["k", "02/2026", 92],
        )
        target = read_scorecard(made([1], target=None, more=[path])).kpis[0].target
        assert [point.period for point in target] == ["2025-12-31", "2026-01", "2026-02"]
        unsure = ("Targets", ["kpi", "period", "value"], ["k", "1/2/2026", 90])
        with pytest.raises(
            ScorecardError, match=r"Targets!B2 \(period\): '1/2/2026' is not a period: write 2026-02-01 or"
        ):
            read(made([1], target=None, more=[unsure]))
