"""Tables of actuals, long and wide, as rows of cells and as the bytes of CSV files."""

import csv
import io

import pandas as pd
from drawn import NAMES, NUMBERS, PERIODS, SPELT

HEADINGS = ["unit", "kpi", "period", "actual", "numerator", "denominator"]


def long_table(draw, card):
    """Rows of cells, the headings first: numbers as numbers, and the odd text among them."""
    ratios = {kpi["id"] for kpi in card["kpis"] if "ratio" in (kpi.get("aggregate"), kpi.get("across_units"))}
    units = sorted({draw.name() for _ in range(draw.choice([1, 1, 2, 4]))}) if draw.sometimes(0.8) else [""]
    months = draw.choice([1, 1, 2, 6, 14])
    first = draw.randint(2023 * 12, 2025 * 12)
    odd = 0 if draw.tame else draw.choice([0, 0.02, 0.2])
    rows = [HEADINGS]
    for kpi in (kpi["id"] for kpi in card["kpis"]):
        grain = draw.choice(
            ["{y}-{m:02d}"] * 5 + ["{y}", "{y}-Q{q}", "{y}-W{w:02d}", "{y}-{m:02d}-28", "{y}-{m:02d}-01"]
        )
        for unit in units:
            spelt = [
                grain.format(
                    y=month // 12, m=month % 12 + 1, q=month % 12 // 3 + 1, w=month % 12 * 4 + draw.choice([1, 5])
                )
                for month in range(first, first + months)
            ]
            if draw.sometimes(0.1):  # weeks and days of one month, beside a quarter
                later = (first + months) // 12 + 1
                spelt += [f"{later}-W10", f"{later}-W11", f"{later}-03-28", f"{later}-Q4"]
            for period in dict.fromkeys(spelt):
                row = [unit, kpi, period, None if draw.sometimes(0.05) else draw.number(), None, None]
                if kpi in ratios if draw.tame else draw.sometimes(0.3):
                    row[3:] = [None, abs(draw.number()), draw.choice([abs(draw.number()), 0, 1])]
                for at, words in ((0, NAMES), (1, NAMES), (2, PERIODS), (3, SPELT), (3, NUMBERS), (4, SPELT)):
                    if draw.sometimes(odd / 6):
                        row[at] = draw.choice(words)
                rows.append(row)
    kept = HEADINGS
    if not draw.tame:
        kept = draw.choice([HEADINGS, HEADINGS[:4], HEADINGS[1:4], ["kpi", "period", "numerator", "denominator"]])
    return [[row[HEADINGS.index(name)] for name in kept] for row in rows]


def long_history(draw, card):
    """Actuals of years of every KPI that a scorecard has, each of some odd shape, as a frame."""
    months, units = draw.choice([5, 30, 48, 90]), draw.choice([[""], [""], ["A", "B"], ["A", "B", "C", "D"]])
    rows = []
    for kpi in card.kpis:
        for unit in units:
            size, shape, level = (
                10 ** draw.uniform(*draw.choice([(-6, 9), (-6, 9), (-300, 50)])),
                draw.randrange(8),
                0.0,
            )
            for month in range(months):
                noise = draw.gauss(0, 1)
                level += noise
                value = [noise, level, 5.0, float(noise > 1), month + noise, round(noise), month % 12, noise**7][shape]
                if not draw.sometimes(0.03):
                    rows.append([unit, kpi.id, f"{2018 + month // 12}-{month % 12 + 1:02d}", size * value, size])
    frame = pd.DataFrame(rows, columns=["unit", "kpi", "period", "actual", "denominator"])
    ratios = frame["kpi"].isin([kpi.id for kpi in card.kpis if kpi.aggregate == "ratio"])
    frame["numerator"] = frame["actual"].where(ratios)
    frame["denominator"] = frame["denominator"].where(ratios)
    return frame.assign(actual=frame["actual"].mask(ratios))


def wide_table(draw, card):
    """A row for each unit and KPI, a column for each month."""
    months = sorted({draw.period() for _ in range(draw.randint(1, 14))})
    kpis = [kpi["id"] for kpi in card["kpis"]]
    rows = [["unit", "kpi", *months]]
    for unit in {draw.name() for _ in range(draw.randint(1, 3))}:
        rows += [[unit, kpi, *(draw.choice([draw.number(), draw.number(), None]) for _ in months)] for kpi in kpis]
    return rows


def disturbed(draw, rows):
    """Rows in which something is not as it should be: a title above, ragged, turned, doubled."""
    rows = [list(row) for row in rows]
    how, at = draw.randrange(14), draw.randrange(len(rows))
    if how == 0:
        rows[:0] = [[draw.choice(["Report of June", *NAMES])], []][: draw.randint(1, 2)]
    elif how == 1:
        rows[0][draw.randrange(len(rows[0]))] = draw.choice(
            ["KPI", " Period ", "Metric", "value", "", "x" * 2_000_000, *NAMES]
        )
    elif how == 2:
        rows[at] = rows[at][: draw.randrange(len(rows[at]) + 1)]
    elif how == 3:
        rows[at] += draw.choice([["", ""], ["x"], [None] * 300])
    elif how == 4:
        rows.insert(at, draw.choice([[], [""] * len(rows[0]), rows[at], ["Total", "", "", 5]]))
    elif how == 5:
        width = max(map(len, rows))
        rows = [list(column) for column in zip(*([*row, *[None] * (width - len(row))] for row in rows), strict=True)]
    elif how == 6:
        name = draw.choice(["_mine", "note", "", "actual", "Actual "])
        rows = [[*row, name if not i else draw.choice(NAMES)] for i, row in enumerate(rows)]
    elif how == 7:
        draw.shuffle(rows)
    elif how == 8:
        rows = rows[: draw.randrange(2)]
    elif how == 9:
        rows += [[*row] for row in rows[1:]] * draw.choice([1, 30])
    elif how == 10 and rows[at]:
        rows[at][draw.randrange(len(rows[at]))] = draw.choice([*SPELT, *NAMES, *PERIODS, "x" * 200_000])
    elif how == 11:
        rows = [[*row, *[""] * 5_000] for row in rows[:20]]
    elif how == 12 and len(rows[0]) > 2:
        rows = [[row[1], row[0], *row[2:]] if len(row) > 2 else row for row in rows]
    else:
        rows = [[cell.upper() if isinstance(cell, str) else cell for cell in row] for row in rows]
    return rows


def csv_bytes(draw, rows):
    """A table as the bytes of a CSV file, written by one of many programs."""
    separator = draw.choice([",", ",", ",", ";", "\t"] if draw.tame else [",", ";", "\t", "|"])
    comma = draw.sometimes(0.2) and separator != ","
    out = io.StringIO(newline="")
    ends = draw.choice(["\n", "\n", "\r\n", "\r"])
    quoting = draw.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    writer = csv.writer(out, delimiter=separator, lineterminator=ends, quoting=quoting)
    for row in rows:
        writer.writerow([str(cell).replace(".", ",") if comma and isinstance(cell, float) else cell for cell in row])
    text = out.getvalue()
    if draw.sometimes(0.05):
        stated = draw.choice([separator, ",", ";", '"', "x", ""])
        text = f"sep={stated}{ends}{text}"
    if not draw.tame and draw.sometimes(0.2):
        at = draw.randrange(len(text) + 1)
        text = (
            text[:at]
            + draw.choice(['"', "\n", "\r", "\x00", separator, '""', "\x1b", "\ufeff", "\n\n\n", "\x1a"])
            + text[at:]
        )
    if draw.sometimes(0.05):
        text = text.rstrip("\r\n")
    return text.encode(draw.encoding(), "replace")


def damaged(draw, data):
    """Bytes of which some are lost, doubled or changed."""
    if not data:
        return data
    at, size = draw.randrange(len(data)), draw.choice([1, 1, 8, 200])
    cut = data[at : at + size]
    return draw.choice(
        [
            data[:at],
            data[:at] + data[at + size :],
            data[:at] + bytes(draw.randrange(256) for _ in range(size)) + data[at + size :],
            data[:at] + cut * 3 + data[at:],
            data + cut,
            b"",
        ]
    )
