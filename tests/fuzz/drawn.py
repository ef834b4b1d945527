"""Values as people and other programs write them, the odd ones among them, drawn by a seed."""

import datetime
import random

SPELT = [
    *["", " ", "n/a", "NaN", "null", "-", "?", "TRUE", "yes", "No", "0", "-0", "+5", "1e180", "-1e180"],
    *["1e-300", "5e-324", "1e999", "inf", "-Infinity", "1,5", "1.5,3", "1,234", "1.234,5", "1 234", "1_000"],
    *["39 %", "0.39%", "≤ 3 %", "8 days", "1:30", "26:15:00", "(1,200)", "$500", "€ 5", "1.2k", "924 m", "٣"],
    *["½", "0x1F", "1e", "e5", "=1+1", "@x", "#DIV/0!", "#N/A", "9" * 400, "1" + "0" * 30, "0." + "3" * 200],
    *["much", "1.0.0", "--5", "5-", "1e5", "007", ".", ",", "5."],
]
ALLOWED = [
    *["Apps", "Service desk", "apps", "APPS", "Total", "Bürotik", "日本", "مرحبا", "a\u200bb", "=1+1"],
    *["@SUM(A1)", '"quoted"', "it's", "a,b", "a;b", "# x", "- a", "{a}", "[1]", "&a", "*a", "!t", "%", "a: b"],
    *["no", "null", "~", "2024", "...", "<b>&amp;</b>", "_x0041_", "😀", "e\u0301", "x" * 300, "…", "\ud7ff"],
    *["\U0010fffd", "a\xa0b"],
]
NAMES = [
    *ALLOWED,
    *["1e5", "Apps ", "a\u202eb", "\ufeffx", "a\tb", "a\nb", "a\rb", "\x1b[31mred", "\x00", "\x07", "\x85"],
    *["\u2028", "", "  ", "a\u200fb", "\u2067x\u2069", "\u061c"],
]
PERIODS = [
    *["2025", "2025-Q3", "2025-W05", "2025-03-15", "2024-12-30", "2025-W01", "2025-W53", "2026-W53", "Jan-26"],
    *["Feb 2026", "2026-13", "2026-00", "2026-02-30", "0000-01", "1899-12", "2200-01", "FY2026", "2025/26"],
    *["2010-11", "2026-1", "01/2026", "202601", "", " ", "march", "2026-01-01 00:00:00"],
    *["2026-01-01T00:00:00Z", "٢٠٢٦-٠١", "2026–01", "2026-Q5", "Q1"],
]
NUMBERS = [
    0,
    1,
    -1,
    0.1,
    100,
    1e18,
    -1e18,
    1e-300,
    5e-324,
    -0.0,
    1e15,
    1e16,
    0.1 + 0.2,
    12345.678,
]
EXTREME = [*NUMBERS, 1e180, -1e180, 1.7976931348623157e308]
ENCODINGS = ["utf-8"] * 9 + ["utf-8-sig", "utf-16"]
ODD_ENCODINGS = [*ENCODINGS, "utf-16-le", "utf-32", "cp1252", "latin-1", "cp1251", "shift-jis"]


class Draw(random.Random):
    """A source of chance that says yes now and then; a tame one draws what is allowed only."""

    tame = True

    def sometimes(self, share):
        """Yes in this share of cases."""
        return self.random() < share

    def number(self):
        """A number: usually one that could be an actual, now and then an edge of what there is."""
        if self.sometimes(0.1):
            return self.choice(NUMBERS if self.tame else EXTREME)
        return round(self.uniform(-5, 120), self.choice([0, 1, 3, 12]))

    def name(self):
        """A name: usually plain."""
        return (
            self.choice(ALLOWED if self.tame else NAMES)
            if self.sometimes(0.12)
            else self.choice(["A", "B", "Desk", "Network"])
        )

    def month(self):
        """A month of a few years."""
        return f"{self.randint(2023, 2026)}-{self.randint(1, 12):02d}"

    def period(self):
        """Usually a month."""
        return self.choice(PERIODS[:7] if self.tame else PERIODS) if self.sometimes(0.1) else self.month()

    def encoding(self):
        """An encoding that is read, unless this is wild."""
        return self.choice(ENCODINGS if self.tame else ODD_ENCODINGS)

    def anything(self):
        """A value of any kind that YAML can hold."""
        kind = self.randrange(9)
        if kind == 0:
            return self.choice([None, True, False])
        if kind == 1:
            return self.choice([[], {}, [[]], {"a": {}}, [None], {"": 1}, [1, 2, 3], {"period": "2025", "value": 1}])
        if kind == 2:
            return datetime.date(2026, 1, 1)
        return self.choice(
            [self.number(), self.choice(SPELT), self.choice(NAMES), self.choice(PERIODS), self.choice(NUMBERS)]
        )
