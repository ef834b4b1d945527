import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bsclib.study.answer_forms import IncomparableError
from bsclib.study.answers import Choice, Names, Number, Numbers, Order

KPIS = {"mttr": "Mean time to restore", "csat": "Satisfaction", "uptime": "Uptime", "cost": "Cost, total"}
WHOLE = KPIS | {"fast": "Restore fast"}


class TestNumber:
    SHARE = Number(0.74, within=0.01, unit="share")

    @pytest.mark.parametrize(
        "answer",
        [
            *[0.74, "0.74", "74 %", "74%", "0,74", 0.745, np.float64(0.74), [0.74], {"mttr": 0.74}, pd.Series([0.74])],
            *[pd.DataFrame({"attainment": [0.74]}), np.array([0.74]), 74, "74", "７４ ％", 73, np.int64(75)],
        ],
        ids=lambda answer: type(answer).__name__,
    )
    def test_equal_forms(self, answer):
        assert self.SHARE.fault(answer) == ""

    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            *[("0.74 %", "factor of 100"), (-0.74, "the sign is the wrong way round")],
            *[(1 / 0.74, "upside down"), (0.77, "rounding does not explain"), (0.9, "too high"), (0.1, "too low")],
            *[(True, "a number is asked for"), (np.nan, "missing one"), ([0.74, 0.75], "holds 2 things")],
            *[([...], "still open"), ("about three quarters", "no number"), (740, "too high")],
            *[(72, "rounding does not explain"), ("7400 %", "factor of 100"), (-74, "the sign is the wrong way round")],
        ],
    )
    def test_what_is_wrong(self, answer, says):
        assert says in self.SHARE.fault(answer)

    def test_a_tolerance_near_nothing(self):
        assert Number(1.0, within=5e-324).fault(1.0) == ""
        assert Number(1.0, within=5e-324).fault(1.1)

    @pytest.mark.parametrize(
        ("right", "within", "unit", "answer", "says"),
        [
            (94.7368, 0.01, "%", 94.7, "nearly: round only at the end, to 2 decimals."),
            (94.7368, 0.01, "%", "95 %", "nearly: round only at the end, to 2 decimals."),
            (57.46, 0.1, "score", 57, "nearly: round only at the end, to one decimal."),
            (57.5, 0.1, "score", 57, "nearly: round only at the end, to one decimal."),  # cut off
            (57.5, 0.1, "score", 58, "nearly: round only at the end, to one decimal."),
            (
                0.0078,
                0.001,
                "share",
                0.01,
                "nearly: round only at the end, to 3 decimals.",
            ),  # however far off, it is rounded
            (0.0078, 0.001, "share", 0.0, "too low"),
            (94.7368, 0.01, "%", 94.6, "too low"),  # rounded, but not rightly
            (94.7368, 0.01, "%", 94.77, "rounding does not explain"),
            (1.46, 0.01, "", 1, "too low"),  # so coarse that it may be a guess
            (8, 0, "", 7, "too low"),
        ],
    )
    def test_rounded_to_fewer_places(self, right, within, unit, answer, says):
        assert says in Number(right, within, unit).fault(answer)

    @pytest.mark.parametrize(
        ("right", "within", "unit", "told"),
        [
            (57.500000000000014, 0.1, "score", "57.5"),
            (0.6613969, 0.01, "share", "66 %"),
            (0.0078125, 0.0005, "share", "0.78 %"),
            (0.0125, 0.01, "share", "1.25 %"),
            (208.4046, 0.1, "EUR a month", "208.4 EUR a month"),
            (1234567.8, 1, "EUR", "1,234,568 EUR"),
            (-1.836, 0.01, "", "−1.836"),
            (-0.012573962, 0.02, "", "−0.01"),
            (1.25, 0.1, "%", "1.25 %"),
            (756.0, 5.0, "hours", "756 hours"),
            (2.5344127, 0.1267, "", "2.5"),
            (0.0, 0.1, "", "0"),
            (1.23e-7, 1e-8, "", "0.00000012"),
        ],
    )
    def test_it_is_told_as_a_person_writes_it(self, right, within, unit, told):
        one = Number(right, within, unit)
        assert one.told == told
        assert one.fault(told) == ""

    @given(st.floats(-1e9, 1e9), st.sampled_from([0.01, 0.1, 1.0, 5.0]), st.sampled_from(["", "share", "%", "hours"]))
    def test_what_is_told_is_accepted(self, right, within, unit):
        assert Number(right, within, unit).fault(Number(right, within, unit).told) == ""

    def test_thousands(self):
        assert "too high" in Number(3, within=0).fault(300), "a count has no other unit"
        assert "factor of 1000" in Number(0.74, within=0.01).fault(740)

    def test_time(self):
        hours = Number(4.2, within=0.05, unit="hours")
        assert hours.fault("252 min") == hours.fault("4.2 h") == hours.fault(4.2) == ""
        assert "factor of 60" in hours.fault(252)
        assert "factor of 24" in hours.fault(4.2 / 24)

    def test_the_edge_of_the_tolerance_is_let_pass(self):
        assert Number(0.3, within=0.1).fault(0.2) == Number(0.3, within=0.1).fault(0.4) == ""
        assert Number(0.3, within=0.1).fault(0.401)

    def test_the_edge_is_that_of_the_number_as_it_would_be_written(self):
        threshold = Number(208.4046, within=0.1)
        assert threshold.fault(208.3) == threshold.fault(208.5) == ""
        assert threshold.fault(208.2)
        assert threshold.fault(208.6)

    @pytest.mark.parametrize("answer", [len, object(), 1j])
    def test_cannot_be_compared(self, answer):
        with pytest.raises(IncomparableError, match="cannot be compared"):
            self.SHARE.fault(answer)

    @given(st.floats(-1e9, 1e9), st.floats(0, 1e3), st.floats(-1, 1))
    def test_whatever_is_near_enough_is_right(self, right, within, share):
        assert Number(right, within).fault(right + within * share) == ""

    @given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.sampled_from([0.0, 0.01, 1.0]))
    def test_whatever_is_not_is_wrong_and_the_right_number_is_not_said(self, right, got, within):
        assume(abs(got - right) > within * 1.501 + 1e-6 * abs(right))
        fault = Number(right, within).fault(got)
        assert fault
        assert f"{right:g}" not in fault.replace("1000", "").replace("100", "").replace("60", "").replace("24", "")


class TestNumbers:
    COUNTS = Numbers({"mttr": 3, "csat": 5, "uptime": 1}, of=KPIS)

    @pytest.mark.parametrize(
        "answer",
        [
            *[{"mttr": 3, "csat": 5, "uptime": 1}, [3, 5, 1], np.array([3, 5, 1]), pd.Series([3, 5, 1])],
            *[{"Mean Time to Restore": "3", "SATISFACTION": 5.0, "Uptime (uptime)": 1}],
            *[
                pd.Series({"uptime": 1, "csat": 5, "mttr": 3}),
                pd.DataFrame({"n": [3, 5, 1]}, index=["mttr", "csat", "uptime"]),
            ],
        ],
        ids=lambda answer: type(answer).__name__,
    )
    def test_equal_forms(self, answer):
        assert self.COUNTS.fault(answer) == ""

    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            ([3, 5, 2], "2 of 3 are right; look again at ‘Uptime’."),
            ([5, 3, 1], "these are the right numbers, but not each beside its own name."),
            ([300, 500, 100], "0 of 3 are right; look again at ‘Mean time to restore’, ‘Satisfaction’ and ‘Uptime’."),
            ({"mttr": 3, "csat": 5}, "there is no number for ‘Uptime’."),
            ({"mttr": 3, "fast": 5}, "‘fast’ is not one of the names that a number is asked for."),
            ({"mttr": 3, "MTTR": 3}, "‘MTTR’ is there twice."),
            ([3, 5], "3 numbers are asked for; this holds 2."),
            ({"mttr": 3, "csat": 5, "uptime": ...}, "2 of 3 are right; look again at ‘Uptime’."),
            (9, "3 numbers are asked for, in the order of the question, such as [2, 9, …]."),
        ],
    )
    def test_what_is_wrong(self, answer, says):
        assert self.COUNTS.fault(answer) == says

    def test_a_wrong_number_has_its_own_reason(self):
        counts = Numbers({"mttr": 3, "csat": 5}, of=KPIS, why={"mttr": "Count again.", "csat": "Read again."})
        assert counts.fault([4, 5]) == "1 of 2 are right; look again at ‘Mean time to restore’. Count again."

    def test_they_are_told_beside_their_names(self):
        assert self.COUNTS.told == "Mean time to restore: 3; Satisfaction: 5; Uptime: 1"

    def test_one_number(self):
        assert Numbers({"mttr": 3}, of=KPIS).fault({"mttr": 4}).startswith("too high. Unfold the hints")


class TestChoice:
    ONE = Choice(frozenset({"mttr"}), of=KPIS, kind="KPI", others=WHOLE)

    @pytest.mark.parametrize(
        "answer",
        [
            *[
                "mttr",
                "MTTR",
                " Mean  time to\nrestore ",
                "mean-time-to-restore",
                "“Mean time to restore” (mttr)",
                ["mttr"],
            ],
            *[
                {"mttr"},
                pd.Series(["mttr"]),
                pd.Index(["mttr"]),
                {"mttr": 4.2},
                pd.Series({"mttr": 4.2}),
                np.array(["mttr"]),
            ],
        ],
        ids=lambda answer: type(answer).__name__,
    )
    def test_equal_forms(self, answer):
        assert self.ONE.fault(answer) == ""

    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            ("csat", "it is not ‘csat’. Unfold the hints of the question, one at a time."),
            ("mtr", "‘mtr’ is none of those asked about: Mean time to restore; Satisfaction; Uptime and Cost, total."),
            ("fast", "‘fast’ is in this scorecard, but a KPI is asked for."),
            (["mttr", "csat"], "one KPI is asked for; this names 2."),
            (True, "names are asked for; this holds True."),
        ],
    )
    def test_what_is_wrong(self, answer, says):
        assert self.ONE.fault(answer) == says

    @pytest.mark.parametrize(
        ("written", "says"),
        [
            ("Mean time to restore", ""),
            ("Mean time to", ""),
            ("mean", "fits more than one: ‘Mean time to restore’ and ‘Mean age’. Write more of the name."),
            ("Staff who leave", "it is not"),
            ("Staff who leave,", "it is not"),
            ("Training", "‘Training’ is none of those asked about"),
            ("Training hours -> Mean time", "it is not"),
            ("be", "‘be’ is none of those asked about"),
        ],
    )
    def test_the_first_words_of_one_name_stand_for_it(self, written, says):
        names = {"mttr": "Mean time to restore", "age": "Mean age", "leave": "Staff who leave, a year"}
        letters = {"A": "be quick", "link": "Training hours → Mean time to restore"}
        ones = Choice(frozenset({"mttr"}), of=names, kind="KPI")
        mixed = Choice(frozenset({"none"}), of=letters, kind="row")
        assert says in (mixed if written.startswith(("T", "be")) else ones).fault(written)
        assert bool(says) or not ones.fault(written)

    def test_several_by_their_first_words(self):
        named = Names(frozenset({"mttr", "hold"}), of={"mttr": "Mean time to restore", "hold": "Hold and keep IT risk"})
        assert named.fault("Mean time, Hold and keep") == named.fault(["Mean", "Hold"]) == ""
        assert Numbers({"mttr": 3.0}, of={"mttr": "Mean time to restore", "x": "Mean age"}).fault({"Mean": 3}) == ""

    def test_among_many_the_nearest_is_offered(self):
        many = Choice(frozenset({"kpi-1"}), of={f"kpi-{place}": f"Number {place}" for place in range(20)}, kind="KPI")
        assert many.fault("kpj-1") == "‘kpj-1’ is not the name of a KPI; did you mean ‘Number 1’?"
        assert many.fault("Nmber 12") == "‘Nmber 12’ is not the name of a KPI; did you mean ‘Number 12’?"
        assert many.fault("zzz") == "‘zzz’ is not the name of a KPI."

    def test_a_tie(self):
        either = Choice(frozenset({"mttr", "csat"}), of=KPIS)
        assert either.fault("mttr") == either.fault("csat") == ""
        assert either.told == "Mean time to restore or Satisfaction"

    def test_other_words(self):
        status = Choice(frozenset({"at_risk"}), of={"at_risk": "at risk"}, also={"amber": "at_risk"})
        assert status.fault("Amber") == status.fault("At risk") == status.fault("at_risk") == ""

    def test_as_it_stands_on_the_screen(self):
        assert Choice(frozenset({"at_risk"}), of={"at_risk": "at risk"}).fault("▲ at risk") == ""
        link = Choice(frozenset({"a → b"}), of={"a → b": "a → b"})
        assert link.fault("a -> b") == link.fault("a->b") == link.fault("a → b") == link.fault("a --> b") == ""
        assert link.fault("b -> a")

    def test_ids_that_are_spelt_alike_are_told_apart(self):
        alike = Choice(frozenset({"a-b"}), of={"a-b": "One", "a_b": "Two"})
        assert alike.fault("a-b") == ""
        assert alike.fault("a_b").startswith("it is not ‘a_b’. ")


class TestNames:
    SEVERAL = Names(frozenset({"mttr", "cost", "csat"}), of=KPIS, kind="KPI", others=WHOLE)

    @pytest.mark.parametrize(
        "answer",
        [
            *[["mttr", "cost", "csat"], {"cost", "csat", "mttr"}, "mttr, csat and cost", "mttr; Cost, total; csat"],
            *["the KPIs mttr, csat and Cost, total", "KPI mttr, KPI csat, KPI cost"],
            *[
                pd.Series(["Satisfaction", "MTTR", "Cost, total"]),
                {"mttr": True, "cost": True, "csat": True, "uptime": False},
            ],
            *[pd.DataFrame({"id": ["mttr", "cost", "csat"], "score": [1, 2, 3]}), ["mttr", "mttr", "cost", "csat"]],
        ],
        ids=lambda answer: type(answer).__name__,
    )
    def test_equal_forms(self, answer):
        assert self.SEVERAL.fault(answer) == ""

    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            (["mttr", "cost", "csat", "uptime"], "3 of the 4 named are right; ‘uptime’ does not belong."),
            (["uptime"], "‘uptime’ does not belong."),
            (["uptime", "uptime"], "‘uptime’ does not belong."),
            (["mttr", "uptime"], "1 of the 2 named is right; ‘uptime’ does not belong."),
            (["mttr"], "what is named belongs, and 2 more do."),
            (["mttr", "cost"], "what is named belongs, and 1 more does."),
            (["mttr", "fast"], "‘fast’ is in this scorecard, but a KPI is asked for."),
        ],
    )
    def test_what_is_wrong(self, answer, says):
        assert self.SEVERAL.fault(answer) == says

    def test_what_to_ask_of_the_rest_is_said(self):
        asks = Names(frozenset({"mttr", "csat"}), of=KPIS, ask="Is it fast?")
        assert asks.fault(["mttr"]) == "what is named belongs, and 1 more does. Is it fast?"

    @given(st.sets(st.sampled_from(sorted(KPIS)), min_size=1))
    def test_only_the_very_set_is_right(self, answer):
        assert (self.SEVERAL.fault(list(answer)) == "") == (answer == self.SEVERAL.right)

    def test_they_are_told_by_name_in_the_order_of_the_question(self):
        assert self.SEVERAL.told == "Mean time to restore; Satisfaction; Cost, total"
        assert self.SEVERAL.fault(self.SEVERAL.told) == ""

    def test_a_letter_is_told_with_what_stands_beside_it(self):
        work = Names(frozenset("ac"), of={"a": "Install a tool", "b": "Restore fast", "c": "Port c"})
        assert work.told == "a (Install a tool); Port c"
        assert work.fault(work.told) == ""


class TestOrder:
    LINE = Order((frozenset({"mttr"}), frozenset({"csat", "cost"}), frozenset({"uptime"})), of=KPIS)

    @pytest.mark.parametrize("answer", [["mttr", "csat", "cost", "uptime"], "mttr; Cost, total; csat; uptime"])
    def test_equal_forms(self, answer):
        assert self.LINE.fault(answer) == ""

    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            (["csat", "mttr", "cost", "uptime"], "the names are right, but the order is not."),
            (["uptime", "cost", "csat", "mttr"], "the order is the wrong way round."),
            ({"mttr", "csat", "cost", "uptime"}, "a set keeps no order: use a list."),
            (["mttr", "csat"], "what is named belongs, and 2 more do."),
            (["mttr", "csat", "cost", "uptime", "mttr"], "4 names are asked for, each once; this holds 5."),
        ],
    )
    def test_what_is_wrong(self, answer, says):
        assert self.LINE.fault(answer) == says

    def test_it_is_told_from_first_to_last(self):
        assert self.LINE.told == "Mean time to restore; Satisfaction; Cost, total; Uptime"
        assert self.LINE.fault(self.LINE.told) == ""


class TestReasons:
    ASKED = Names(
        frozenset("c"),
        of={"a": "Ant", "b": "Bee", "c": "Cat", "d": "Dog"},
        why=dict.fromkeys("ab", "[It has|They have] six legs.") | {"d": "[It barks|They bark]."},
        because={"c": "It purrs."},
    )

    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            (["Ant"], "‘Ant’ does not belong. It has six legs."),
            (["Ant", "Bee"], "‘Ant’ and ‘Bee’ do not belong. They have six legs."),
            (["Ant", "ant"], "do not belong. They have six legs."),
            (["Ant", "Dog"], "do not belong. Of ‘Ant’: It has six legs. Of ‘Dog’: It barks."),
            (["Ant", "Bee", "Dog"], "Of ‘Ant’ and ‘Bee’: They have six legs. Of ‘Dog’: It barks."),
        ],
    )
    def test_one_and_several_are_told_apart(self, answer, says):
        assert self.ASKED.fault(answer).endswith(says)

    def test_who_gives_up_reads_why_each_belongs_or_not(self):
        assert self.ASKED.rows[0] == ("name", "belongs", "because")
        assert ("Cat", "yes", "It purrs.") in self.ASKED.rows
        assert ("Dog", "no", "It barks.") in self.ASKED.rows
        assert Names(frozenset("c"), of={"c": "Cat"}).rows == ()
