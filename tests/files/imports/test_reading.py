"""Other people's files of many shapes, each with what must come of it; and what must hold of all of them."""

import datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sheets_made import csv_file, month, workbook

from bsclib.errors import BscError
from bsclib.files.imports.cells import read_grids
from bsclib.files.imports.mapping import build_mapping
from bsclib.files.imports.reading import import_files
from bsclib.files.imports.series import _year_before

JAN, FEB, MAR = month(2026, 1), month(2026, 2), month(2026, 3)
HIGHER = {"direction": "higher_is_better"}
LOWER = {"direction": "lower_is_better"}
FOUR = {"target": 4, **LOWER}
YEARLY = [["KPI", "Aggregate", "Target 2026", "Jan-26", "Feb-26"], ["Sales", "sum", "1200", "90", "110"]]
SHAPES = {
    "plain": (
        {"": [["KPI", "Target", "Jan-26", "Feb-26"], ["MTTR", "≤ 4 h", "6 h", "5 h"], ["CSAT", "≥ 4.2", "4.0", "4.1"]]},
        {},
    ),
    "title rows": (
        {
            "S": [
                ["KPI report 2026"],
                ["IT department"],
                [],
                ["KPI", "Target", JAN, FEB],
                ["MTTR", "≤ 4", 6, 5],
                ["CSAT", "≥ 4.2", 4.0, 4.1],
            ]
        },
        {},
    ),
    "months without year, title has it": (
        {
            "S": [
                ["KPI report 2026"],
                [],
                ["KPI", "Target", "Jan", "Feb", "Mar", "Total"],
                ["Calls", "≥ 100", 90, 95, 99, 284],
            ]
        },
        {},
    ),
    "months without year, nothing": (
        {"S": [["KPI", "Target", "Oct", "Nov", "Dec", "Jan"], ["Calls", "≥ 100", 90, 95, 99, 98]]},
        {},
    ),
    "kpis across": (
        {"": [["Month", "MTTR", "CSAT"], ["2026-01", "6", "4.0"], ["2026-02", "5", "4.1"]]},
        {"kpis": {"MTTR": FOUR, "CSAT": {"target": 4.2, **HIGHER}}},
    ),
    "kpis across with targets": (
        {
            "S": [
                ["Month", "MTTR", "MTTR target", "CSAT", "CSAT target"],
                [JAN, 6, "≤4", 4.0, "≥4.2"],
                [FEB, 5, "≤4", 4.1, "≥4.2"],
            ]
        },
        {},
    ),
    "long": (
        {
            "": [
                ["Date", "Metric", "Value"],
                ["2026-01-01", "MTTR", "6"],
                ["2026-01-01", "CSAT", "4.0"],
                ["2026-02-01", "MTTR", "5"],
            ]
        },
        {"kpis": {"MTTR": FOUR, "CSAT": {"target": 4.2, **HIGHER}}},
    ),
    "long with region": (
        {
            "S": [
                ["Date", "Region", "Metric", "Value", "Target"],
                [datetime.datetime(2026, 1, 31), "North", "Calls", 100, "≥ 90"],
                [datetime.datetime(2026, 1, 31), "South", "Calls", 80, "≥ 90"],
                [datetime.datetime(2026, 2, 28), "North", "Calls", 110, "≥ 90"],
            ]
        },
        {"kpis": {"Calls": {"aggregate": "sum"}}},
    ),
    "day month ask": (
        {"": [["Date", "Metric", "Value"], ["01/02/2026", "MTTR", "6"], ["01/03/2026", "MTTR", "5"]]},
        {"kpis": {"MTTR": FOUR}},
    ),
    "day month settled": (
        {"": [["Date", "Metric", "Value"], ["31/01/2026", "MTTR", "6"], ["28/02/2026", "MTTR", "5"]]},
        {"kpis": {"MTTR": FOUR}},
    ),
    "german": (
        {
            "": [
                ["Kennzahl", "Einheit", "Ziel", "Jan 2026", "Feb 2026", "März 2026", "Summe"],
                ["Störungen", "Anzahl", "≤ 20", "25", "22", "1.021", "1.068"],
                ["Zufriedenheit", "%", "≥ 90", "88,5", "89,1", "90,2", ""],
            ],
            "sep": ";",
        },
        {},
    ),
    "german months": (
        {
            "S": [
                ["Kennzahl", "Plan", "Januar 2026", "Februar 2026", "März 2026", "Gesamt"],
                ["Anrufe", "≤ 30", 40, 35, 31, 106],
            ]
        },
        {},
    ),
    "french": (
        {"S": [["Indicateur", "Cible", "janv. 2026", "févr. 2026", "Total"], ["Appels", "≥ 30", 20, 25, 45]]},
        {},
    ),
    "units and totals": (
        {
            "S": [
                ["KPI", "Region", JAN, FEB, "Total"],
                ["Calls", "North", 100, 110, 210],
                ["Calls", "South", 80, 90, 170],
                ["Calls", "Total", 180, 200, 380],
            ]
        },
        {"kpis": {"Calls": {"target": 200, **HIGHER}}},
    ),
    "plan column": (
        {
            "S": [
                ["KPI", "", "Jan 2026", "<", "Feb 2026", "<"],
                ["", "", "Actual", "Plan", "Actual", "Plan"],
                ["Sales", "", 10, 12, 11, 13],
            ]
        },
        {"kpis": {"Sales": HIGHER}},
    ),
    "actual/plan rows": (
        {
            "S": [
                ["KPI", "Type", JAN, FEB],
                ["Sales", "Actual", 10, 11],
                ["", "Plan", 12, 12],
                ["Cost", "Actual", 5, 6],
                ["", "Plan", 4, 4],
                ["", "Variance", 1, 2],
            ]
        },
        {"kpis": {"Sales": HIGHER, "Cost": LOWER}},
    ),
    "blocks perspectives": (
        {
            "S": [
                ["KPI", "Target", JAN, FEB],
                ["Financial"],
                ["Cost", "≤ 4", 6, 5],
                ["Customer"],
                ["CSAT", "≥ 4.2", 4.0, 4.1],
                ["Source: desk"],
            ]
        },
        {},
    ),
    "blocks units": (
        {
            "S": [
                ["KPI", "Target", JAN, FEB],
                ["North"],
                ["MTTR", "≤ 4", 6, 5],
                ["CSAT", "≥ 4.2", 4.0, 4.1],
                ["South"],
                ["MTTR", "≤ 4", 7, 3],
                ["CSAT", "≥ 4.2", 4.3, 4.4],
            ]
        },
        {"kpis": {"MTTR": {"aggregate": "mean"}, "CSAT": {"aggregate": "mean"}}},
    ),
    "sheets months": (
        {
            "Jan 2026": [["KPI", "Actual", "Target"], ["MTTR", 6, "≤4"]],
            "Feb 2026": [["KPI", "Actual", "Target"], ["MTTR", 5, "≤4"]],
        },
        {},
    ),
    "sheets units ask": (
        {
            "North": [["KPI", "Target", JAN, FEB], ["MTTR", "≤4", 6, 5]],
            "South": [["KPI", "Target", JAN, FEB], ["MTTR", "≤4", 7, 3]],
        },
        {},
    ),
    "two blocks a sheet": (
        {
            "S": [
                ["Service desk"],
                ["KPI", "Target", JAN, FEB],
                ["MTTR", "≤4", 6, 5],
                [],
                ["Operations"],
                ["KPI", "Target", JAN, FEB],
                ["Backlog", "≤ 40", 60, 50],
            ]
        },
        {},
    ),
    "side by side": (
        {"S": [["KPI", JAN, FEB, "", "KPI", JAN, FEB], ["MTTR", 6, 5, "", "CSAT", 4.0, 4.1]]},
        {"kpis": {"MTTR": FOUR, "CSAT": {"target": 4.2, **HIGHER}}},
    ),
    "percent cells": (
        {"S": [["KPI", "Target", JAN, FEB], ["SLA", (0.95, "0%"), (0.97, "0.0%"), (0.91, "0%")]]},
        {"kpis": {"SLA": HIGHER}},
    ),
    "shares ask": ({"S": [["KPI", "Target", JAN, FEB], ["SLA", "≥ 95 %", 0.97, 0.91]]}, {}),
    "durations": (
        {
            "S": [
                ["KPI", "Target", JAN, FEB],
                ["MTTR", "≤ 4 h", (datetime.timedelta(hours=5.5), "[h]:mm"), (datetime.timedelta(hours=30), "[h]:mm")],
            ]
        },
        {},
    ),
    "durations in days": (
        {
            "S": [
                ["KPI", "Unit of measure", "Target", JAN, FEB],
                [
                    "MTTR",
                    "days",
                    "≤ 0.5",
                    (datetime.timedelta(hours=6), "[h]:mm"),
                    (datetime.timedelta(hours=30), "[h]:mm"),
                ],
            ]
        },
        {},
    ),
    "a duration that hides days": (
        {"S": [["KPI", "Target", JAN, FEB], ["MTTR", "≤ 4 h", "5:30", (datetime.timedelta(hours=30), "h:mm")]]},
        {},
    ),
    "yes no in percent": (
        {"": [["KPI", "Unit of measure", "Target", "Jan-26", "Feb-26"], ["Audited", "%", "≥ 95 %", "Yes", "No"]]},
        {},
    ),
    "yes no with a share as target": (
        {"": [["KPI", "Target", "Jan-26", "Feb-26"], ["Audited", "≥ 95 %", "Yes", "No"]]},
        {},
    ),
    "fiscal years told": ({"S": [["KPI", "Target", "FY2024", "2024/25"], ["NPS", "≥ 30", 20, 25]]}, {"year_starts": 7}),
    "fiscal quarters down": (
        {
            "": [
                ["KPI", "Period", "Actual", "Target"],
                ["NPS", "FY2026-Q1", "20", "≥ 30"],
                ["NPS", "Q2 FY2026", "25", "≥ 30"],
            ]
        },
        {"year_starts": 4},
    ),
    "fiscal years from January on": (
        {"S": [["KPI", "Target", "FY2024", "GJ 2025"], ["NPS", "≥ 30", 20, 25]]},
        {"year_starts": 1},
    ),
    "a year beside fiscal years": (
        {"S": [["KPI", "Target", "FY2024", "2025"], ["NPS", "≥ 30", 20, 25]]},
        {"year_starts": 7},
    ),
    "a target of a year": ({"": YEARLY}, {"kpis": {"Sales": HIGHER}}),
    "a target of a year, which months add up to": (
        {"": YEARLY},
        {"kpis": {"Sales": {"cumulates": "year", "floor": 0, **HIGHER}}},
    ),
    "a target of a year, for each month": ({"": YEARLY}, {"kpis": {"Sales": {"cumulates": "month", **HIGHER}}}),
    "an annual target of a mean": (
        {"": [["KPI", "Aggregate", "Annual target", "Jan-26", "Feb-26"], ["CSAT", "mean", "≥ 4.5", "4.0", "4.1"]]},
        {},
    ),
    "an annual target of a sum": (
        {"": [["KPI", "Aggregate", "Jahresziel", "Jan-26", "Feb-26"], ["Sales", "sum", "≥ 1200", "90", "110"]]},
        {},
    ),
    "yes no": (
        {
            "S": [
                ["KPI", "Target", JAN, FEB],
                ["Backup tested", "Yes", "No", "Yes"],
                ["Audit passed", True, True, False],
            ]
        },
        {},
    ),
    "brackets and money": (
        {"S": [["KPI", "Target", JAN, FEB, MAR], ["Cash flow", "≥ $500", "(1,200.50)", "$500", "1.2k"]]},
        {},
    ),
    "doubtful decimals": ({"S": [["KPI", "Target", JAN, FEB], ["Calls", "≥ 900", "1,200", "1,300"]]}, {}),
    "kpis.csv": (
        {
            "": [
                ["Name", "Objective", "Perspective", "Direction", "Target", "Unit", "Baseline"],
                ["MTTR", "Restore fast", "Internal process", "lower is better", "4", "hours", "9"],
                ["CSAT", "Happy users", "Customer", "higher", "4.2", "score", "3.8"],
            ]
        },
        {},
    ),
    "prior year of months": (
        {
            "S": [
                ["KPI", "Target", "Jan 2025", "Feb 2025", "Jan 2026", "PY Jan 2026", "Feb 2026", "PY Feb 2026"],
                ["Calls", "≥ 10", 5, 6, 8, 5, 9, 6],
            ]
        },
        {},
    ),
    "years beside months": ({"S": [["KPI", "Target", 2024, 2025, JAN, FEB], ["Calls", "≥ 10", 50, 66, 8, 9]]}, {}),
    "quarters": ({"S": [["KPI", "Target", "Q1 2025", "Q2 2025", "Q3 2025"], ["NPS", "≥ 30", 20, 25, 28]]}, {}),
    "years": ({"S": [["KPI", "Target", 2023, 2024, 2025], ["NPS", "≥ 30", 20, 25, 28]]}, {}),
    "unreadable": ({"S": [["KPI", "Target", JAN, FEB], ["NPS", "≥ 30", 20, "about thirty"]]}, {}),
    "colour": ({"S": [["KPI", "Target", JAN, FEB], ["NPS", "≥ 30", 20, "Green"]]}, {}),
    "year and month columns": (
        {"": [["Year", "Month", "KPI", "Actual"], ["2026", "1", "MTTR", "6"], ["2026", "2", "MTTR", "5"]]},
        {"kpis": {"MTTR": FOUR}},
    ),
    "report of a month": (
        {
            "S": [
                ["Report for March 2026"],
                [],
                ["KPI", "Actual", "Target", "Last year", "Var %", "RAG"],
                ["MTTR", 3, "≤4", 6, 0.5, "Green"],
                ["CSAT", 4.3, "≥4", 4.0, 0.1, "Amber"],
            ]
        },
        {},
    ),
    "unknown column": ({"S": [["KPI", "Blob", "Target", JAN], ["MTTR", "abc", "≤4", 6]]}, {}),
    "metric first column unknown heading": ({"S": [["", JAN, FEB], ["MTTR", 6, 5]]}, {"kpis": {"MTTR": FOUR}}),
    "range": ({"S": [["KPI", "Target", JAN, FEB], ["Load", "60 – 80 %", "55 %", "70 %"]]}, {}),
    "units across": (
        {"S": [["March 2026"], ["KPI", "North", "South"], ["MTTR", 6, 5]]},
        {"kpis": {"MTTR": {**FOUR, "aggregate": "mean"}}},
    ),
    "grouped region": (
        {
            "S": [
                ["Region", "KPI", JAN, FEB],
                ["North", "MTTR", 6, 5],
                ["^", "CSAT", 4, 5],
                ["South", "MTTR", 7, 8],
                ["^", "CSAT", 3, 4],
            ]
        },
        {"kpis": {"MTTR": {**FOUR, "aggregate": "mean"}, "CSAT": {"target": 4.2, **HIGHER, "aggregate": "mean"}}},
    ),
    "region by month of one kpi": ({"Calls": [["Region", JAN, FEB], ["North", 6, 5], ["South", 7, 8]]}, {}),
    "ratio": (
        {
            "": [
                ["KPI", "Unit", "Month", "Numerator", "Denominator"],
                ["SLA", "North", "2026-01", "90", "100"],
                ["SLA", "South", "2026-01", "45", "60"],
            ]
        },
        {"kpis": {"SLA": {"target": 0.95, **HIGHER}}},
    ),
    "daily": (
        {
            "": [
                ["Date", "KPI", "Value"],
                ["2026-01-01", "Calls", "5"],
                ["2026-01-02", "Calls", "6"],
                ["2026-01-03", "Calls", "7"],
            ]
        },
        {"kpis": {"Calls": {"target": 9, **HIGHER}}},
    ),
    "duplicate": ({"S": [["KPI", JAN, JAN], ["MTTR", 6, 7]]}, {"kpis": {"MTTR": FOUR}}),
    "wide year header": (
        {"S": [["", "2025", "<", "2026", "<"], ["KPI", "Nov", "Dec", "Jan", "Feb"], ["MTTR", 6, 7, 5, 4]]},
        {"kpis": {"MTTR": FOUR}},
    ),
    "datetime index": (
        {"": [["", "mttr", "csat"], ["2026-01-31 00:00:00", "6", "4"], ["2026-02-28 00:00:00", "5", "4.1"]]},
        {"kpis": {"mttr": FOUR, "csat": {"target": 4.2, **HIGHER}}},
    ),
    "kpi in title, unit long": (
        {"": [["Month", "Region", "Actual"], ["2026-01", "North", "6"], ["2026-01", "South", "7"]]},
        {"tables": [{"kpi": "MTTR"}], "kpis": {"MTTR": {**FOUR, "aggregate": "mean"}}},
    ),
}
SHAPES |= {
    "page repeat": (
        {"S": [["KPI", "Target", JAN, FEB], ["MTTR", "≤4", 6, 5], ["KPI", "Target", JAN, FEB], ["CSAT", "≥4", 3, 5]]},
        {},
    ),
    "blocks of kinds": (
        {
            "S": [
                ["Actual"],
                ["KPI", JAN, FEB],
                ["Sales", 6, 5],
                ["Cost", 1, 2],
                [],
                ["Plan"],
                ["KPI", JAN, FEB],
                ["Sales", 7, 7],
                ["Cost", 1, 1],
            ]
        },
        {"kpis": {"Sales": HIGHER, "Cost": LOWER}},
    ),
    "sheets of kinds": (
        {"Actual": [["KPI", JAN, FEB], ["Sales", 6, 5]], "Budget": [["KPI", JAN, FEB], ["Sales", 7, 7]]},
        {"kpis": {"Sales": HIGHER}},
    ),
    "kpi blocks by region": (
        {
            "S": [
                ["MTTR"],
                ["Region", JAN, FEB],
                ["North", 6, 5],
                ["South", 7, 5],
                [],
                ["CSAT"],
                ["Region", JAN, FEB],
                ["North", 4, 4],
                ["South", 3, 4],
            ]
        },
        {"kpis": {"MTTR": {**FOUR, "aggregate": "mean"}, "CSAT": {"target": 4.2, **HIGHER, "aggregate": "mean"}}},
    ),
    "sales act plan suffix": (
        {
            "S": [
                ["Table", "Region", JAN, FEB, "Total"],
                ["Sales Act", "N", 10, 11, 21],
                ["Sales Plan", "N", 12, 12, 24],
                ["Sales PY", "N", 8, 9, 17],
                [],
                ["Sales Act", "Total", 10, 11, 21],
            ]
        },
        {"kpis": {"Sales": HIGHER}},
    ),
    "fiscal years": ({"S": [["KPI", "Target", "FY2024", "FY2025"], ["NPS", "≥ 30", 20, 25]]}, {}),
    "two files' unit names": (
        {
            "": [
                ["Team", "KPI", "Period", "Result", "Goal"],
                ["A", "MTTR", "Jan 2026", "5 h", "< 4 h"],
                ["A", "MTTR", "Feb 2026", "300 min", "< 4 h"],
            ]
        },
        {},
    ),
    "comments and empty": (
        {
            "S": [
                ["KPI", "Owner", "Target", JAN, FEB, MAR, "Comment"],
                ["MTTR", "Ann", "≤ 4", 6, 5, None, "late"],
                ["CSAT", "Bob", "≥4", None, "n/a", 4.5, ""],
                ["Note: n/a = not measured"],
            ]
        },
        {},
    ),
    "target at the end with year": (
        {"S": [["KPI", JAN, FEB, "Target 2026", "Baseline 2025"], ["CSAT", 4.0, 4.1, "≥ 4.5", 3.8]]},
        {},
    ),
    "lowercase months across": (
        {"": [["kpi", "jan", "feb", "mar"], ["calls", "1", "2", "3"]]},
        {"tables": [{"year": 2026}], "kpis": {"calls": {"target": 3, **HIGHER}}},
    ),
    "weeks": (
        {"": [["Week", "KPI", "Value"], ["2026-W01", "Calls", "5"], ["2026-W02", "Calls", "6"]]},
        {"kpis": {"Calls": {"target": 9, **HIGHER}}},
    ),
    "merged region": (
        {
            "S": [
                ["Region", "KPI", "Target", JAN],
                ["North", "MTTR", "≤4", 6],
                ["^", "CSAT", "≥4", 4],
                ["South", "MTTR", "≤4", 7],
                ["^", "CSAT", "≥4", 3],
            ]
        },
        {"kpis": {"MTTR": {"aggregate": "mean"}, "CSAT": {"aggregate": "mean"}}},
    ),
    "index column": ({"S": [["#", "KPI", "Target", JAN, FEB], [1, "MTTR", "≤ 4", 6, 5], [2, "CSAT", "≥ 4", 4, 5]]}, {}),
    "excel errors": ({"S": [["KPI", "Target", JAN, FEB], ["MTTR", "≤ 4", 6, "#DIV/0!"]]}, {}),
    "only total unit": ({"S": [["KPI", "Region", "Target", JAN, FEB], ["MTTR", "Total", "≤ 4", 6, 5]]}, {}),
    "no table": ({"S": [["Hello", "World"], ["x", "y"]]}, {}),
    "transposed fields": (
        {"S": [["KPI", "MTTR", "CSAT"], ["Target", "≤ 4", "≥ 4"], ["Jan 2026", 6, 4], ["Feb 2026", 5, 4.5]]},
        {},
    ),
    "unit of measure in name": (
        {
            "S": [
                ["KPI", "Target", JAN],
                ["MTTR (hours)", "≤ 4", 6],
                ["Uptime [%]", "≥ 99", 98.5],
                ["Cost in EUR", "≤ 10", 12],
            ]
        },
        {},
    ),
    "values below names two rows": (
        {
            "": [["Unit", "KPI", "2026-01", "2026-02"], ["A", "mttr", "5,5", "6,25"], ["B", "mttr", "4,5", "6,5"]],
            "sep": ";",
        },
        {"kpis": {"mttr": {**FOUR, "aggregate": "mean"}}},
    ),
    "bom excel csv sep": ({"": [["sep=;"], ["KPI;Jan-26"], ["MTTR;5"]]}, {"kpis": {"MTTR": FOUR}}),
}

RIGHT = {
    "plain": {
        "actuals": {"mttr": "2026-01 6, 2026-02 5", "csat": "2026-01 4, 2026-02 4.1"},
        "kpis": {"mttr": "≤ 4 hours", "csat": "≥ 4.2"},
    },
    "title rows": {
        "actuals": {"mttr": "2026-01 6, 2026-02 5", "csat": "2026-01 4, 2026-02 4.1"},
        "kpis": {"mttr": "≤ 4", "csat": "≥ 4.2"},
        "left_out": {"titles and footnotes": 2},
    },
    "months without year, title has it": {
        "actuals": {"calls": "2026-01 90, 2026-02 95, 2026-03 99"},
        "kpis": {"calls": "≥ 100; sum"},
        "left_out": {"titles and footnotes": 1, "totals": 1},
    },
    "months without year, nothing": {"asks": ["tables.0.year"]},
    "kpis across": {
        "actuals": {"mttr": "2026-01 6, 2026-02 5", "csat": "2026-01 4, 2026-02 4.1"},
        "kpis": {"mttr": "≤ 4", "csat": "≥ 4.2"},
    },
    "kpis across with targets": {
        "actuals": {"mttr": "2026-01 6, 2026-02 5", "csat": "2026-01 4, 2026-02 4.1"},
        "kpis": {"mttr": "≤ 4", "csat": "≥ 4.2"},
    },
    "long": {
        "actuals": {"mttr": "2026-01 6, 2026-02 5", "csat": "2026-01 4"},
        "kpis": {"mttr": "≤ 4", "csat": "≥ 4.2"},
    },
    "long with region": {
        "actuals": {"calls North": "2026-01 100, 2026-02 110", "calls South": "2026-01 80"},
        "kpis": {"calls": "≥ 2026-01 180, 2026-02 90; sum"},
    },
    "day month ask": {"asks": ["tables.0.dates"]},
    "day month settled": {"actuals": {"mttr": "2026-01 6, 2026-02 5"}, "kpis": {"mttr": "≤ 4"}},
    "german": {
        "actuals": {
            "storungen": "2026-01 25, 2026-02 22, 2026-03 1021",
            "zufriedenheit": "2026-01 88.5, 2026-02 89.1, 2026-03 90.2",
        },
        "kpis": {"storungen": "≤ 20; sum", "zufriedenheit": "≥ 90 %"},
        "left_out": {"totals": 1},
    },
    "german months": {
        "actuals": {"anrufe": "2026-01 40, 2026-02 35, 2026-03 31"},
        "kpis": {"anrufe": "≤ 30; sum"},
        "left_out": {"totals": 1},
    },
    "french": {
        "actuals": {"appels": "2026-01 20, 2026-02 25"},
        "kpis": {"appels": "≥ 30; sum"},
        "left_out": {"totals": 1},
    },
    "units and totals": {
        "actuals": {"calls North": "2026-01 100, 2026-02 110", "calls South": "2026-01 80, 2026-02 90"},
        "kpis": {"calls": "≥ 200; sum"},
        "left_out": {"totals": 5},
    },
    "plan column": {"actuals": {"sales": "2026-01 10, 2026-02 11"}, "kpis": {"sales": "≥ 2026-01 12, 2026-02 13"}},
    "actual/plan rows": {
        "actuals": {"sales": "2026-01 10, 2026-02 11", "cost": "2026-01 5, 2026-02 6"},
        "kpis": {"sales": "≥ 12", "cost": "≤ 4"},
        "left_out": {"differences from the target or from before": 2},
    },
    "blocks perspectives": {
        "actuals": {"cost": "2026-01 6, 2026-02 5", "csat": "2026-01 4, 2026-02 4.1"},
        "kpis": {"cost": "≤ 4", "csat": "≥ 4.2"},
        "left_out": {"titles and footnotes": 3},
    },
    "blocks units": {
        "actuals": {
            "mttr North": "2026-01 6, 2026-02 5",
            "csat North": "2026-01 4, 2026-02 4.1",
            "mttr South": "2026-01 7, 2026-02 3",
            "csat South": "2026-01 4.3, 2026-02 4.4",
        },
        "kpis": {"mttr": "≤ 4", "csat": "≥ 4.2"},
        "left_out": {"titles and footnotes": 2},
    },
    "sheets months": {"actuals": {"mttr": "2026-01 6, 2026-02 5"}, "kpis": {"mttr": "≤ 4"}},
    "sheets units ask": {"asks": ["tables.0.sheet_is", "tables.1.sheet_is"]},
    "two blocks a sheet": {
        "actuals": {"mttr": "2026-01 6, 2026-02 5", "backlog": "2026-01 60, 2026-02 50"},
        "kpis": {"mttr": "≤ 4", "backlog": "≤ 40"},
        "left_out": {"titles and footnotes": 2},
    },
    "side by side": {
        "actuals": {"mttr": "2026-01 6, 2026-02 5", "csat": "2026-01 4, 2026-02 4.1"},
        "kpis": {"mttr": "≤ 4", "csat": "≥ 4.2"},
    },
    "percent cells": {"actuals": {"sla": "2026-01 97, 2026-02 91"}, "kpis": {"sla": "≥ 95 %"}},
    "shares ask": {"asks": ["kpis.SLA.times"]},
    "durations in days": {"actuals": {"mttr": "2026-01 0.25, 2026-02 1.25"}, "kpis": {"mttr": "≤ 0.5 days"}},
    "a duration that hides days": {"asks": ["unreadable"]},
    "yes no in percent": {"actuals": {"audited": "2026-01 100, 2026-02 0"}, "kpis": {"audited": "≥ 95 %"}},
    "yes no with a share as target": {
        "actuals": {"audited": "2026-01 1, 2026-02 0"},
        "kpis": {"audited": "≥ 0.95 yes/no"},
    },
    "fiscal years told": {
        "actuals": {"nps": "2023-07/2024-06 20, 2024-07/2025-06 25"},
        "kpis": {"nps": "≥ 30; yearly"},
    },
    "fiscal quarters down": {
        "actuals": {"nps": "2025-04/2025-06 20, 2025-07/2025-09 25"},
        "kpis": {"nps": "≥ 30; quarterly"},
    },
    "fiscal years from January on": {"actuals": {"nps": "2024 20, 2025 25"}, "kpis": {"nps": "≥ 30; yearly"}},
    "a year beside fiscal years": {
        "fault": "desk.xlsx, S!D2: '2025' may be of the calendar or of the years that start in month 7: "
        "write FY2025 for 2024-07 to 2025-06, or 2025-01/2025-12."
    },
    "a target of a year": {"asks": ["kpis.Sales.cumulates"]},
    "a target of a year, which months add up to": {
        "actuals": {"sales": "2026-01 90, 2026-02 110"},
        "kpis": {"sales": "≥ 1200; cumulates year; sum"},
    },
    "a target of a year, for each month": {
        "actuals": {"sales": "2026-01 90, 2026-02 110"},
        "kpis": {"sales": "≥ 1200; sum"},
    },
    "an annual target of a mean": {"actuals": {"csat": "2026-01 4, 2026-02 4.1"}, "kpis": {"csat": "≥ 4.5"}},
    "an annual target of a sum": {"asks": ["kpis.Sales.cumulates"]},
    "durations": {"actuals": {"mttr": "2026-01 5.5, 2026-02 30"}, "kpis": {"mttr": "≤ 4 hours"}},
    "yes no": {
        "actuals": {"backup-tested": "2026-01 0, 2026-02 1", "audit-passed": "2026-01 1, 2026-02 0"},
        "kpis": {"backup-tested": "≥ 1 yes/no", "audit-passed": "≥ 1 yes/no"},
    },
    "brackets and money": {
        "actuals": {"cash-flow": "2026-01 -1200.5, 2026-02 500, 2026-03 1200"},
        "kpis": {"cash-flow": "≥ 500 USD"},
    },
    "doubtful decimals": {"asks": ["tables.0.decimal"]},
    "kpis.csv": {"actuals": {}, "kpis": {"mttr": "≤ 4 hours", "csat": "≥ 4.2 score"}},
    "prior year of months": {
        "actuals": {"calls": "2025-01 5, 2025-02 6, 2026-01 8, 2026-02 9"},
        "kpis": {"calls": "≥ 10"},
        "left_out": {"last year's values that are there already": 2},
    },
    "years beside months": {
        "actuals": {"calls": "2026-01 8, 2026-02 9"},
        "kpis": {"calls": "≥ 10"},
        "left_out": {"figures of a whole year beside months": 2},
    },
    "quarters": {"actuals": {"nps": "2025-Q1 20, 2025-Q2 25, 2025-Q3 28"}, "kpis": {"nps": "≥ 30; quarterly"}},
    "years": {"actuals": {"nps": "2023 20, 2024 25, 2025 28"}, "kpis": {"nps": "≥ 30; yearly"}},
    "unreadable": {"asks": ["unreadable"]},
    "colour": {"actuals": {"nps": "2026-01 20"}, "kpis": {"nps": "≥ 30"}, "left_out": {"colours and statuses": 1}},
    "year and month columns": {"actuals": {"mttr": "2026-01 6, 2026-02 5"}, "kpis": {"mttr": "≤ 4"}},
    "report of a month": {
        "actuals": {"mttr": "2026-03 3, 2025-03 6", "csat": "2026-03 4.3, 2025-03 4"},
        "kpis": {"mttr": "≤ 4", "csat": "≥ 4"},
        "left_out": {
            "titles and footnotes": 1,
            "differences from the target or from before": 2,
            "colours and statuses": 2,
        },
    },
    "unknown column": {"asks": ["tables.0.columns.Blob"]},
    "metric first column unknown heading": {"actuals": {"mttr": "2026-01 6, 2026-02 5"}, "kpis": {"mttr": "≤ 4"}},
    "range": {"actuals": {"load": "2026-01 55, 2026-02 70"}, "kpis": {"load": "in 60..80 %"}},
    "units across": {
        "actuals": {"mttr North": "2026-03 6", "mttr South": "2026-03 5"},
        "kpis": {"mttr": "≤ 4"},
        "left_out": {"titles and footnotes": 1},
    },
    "grouped region": {
        "actuals": {
            "mttr North": "2026-01 6, 2026-02 5",
            "csat North": "2026-01 4, 2026-02 5",
            "mttr South": "2026-01 7, 2026-02 8",
            "csat South": "2026-01 3, 2026-02 4",
        },
        "kpis": {"mttr": "≤ 4", "csat": "≥ 4.2"},
    },
    "region by month of one kpi": {"asks": ["tables.0.kpi"]},
    "ratio": {
        "actuals": {"sla North": "2026-01 90/100", "sla South": "2026-01 45/60"},
        "kpis": {"sla": "≥ 0.95; ratio"},
    },
    "daily": {"actuals": {"calls": "2026-01-01 5, 2026-01-02 6, 2026-01-03 7"}, "kpis": {"calls": "≥ 9; daily"}},
    "duplicate": {
        "fault": "desk.xlsx, S!C2: MTTR in 2026-01 stands twice. Got: 6 in desk.xlsx, S!B2, and 7 here. "
        "Fix: mend the file, or leave one table out in import.yaml, or one column: its heading, and leave_out."
    },
    "wide year header": {"actuals": {"mttr": "2025-11 6, 2025-12 7, 2026-01 5, 2026-02 4"}, "kpis": {"mttr": "≤ 4"}},
    "datetime index": {
        "actuals": {"mttr": "2026-01 6, 2026-02 5", "csat": "2026-01 4, 2026-02 4.1"},
        "kpis": {"mttr": "≤ 4", "csat": "≥ 4.2"},
    },
    "kpi in title, unit long": {
        "actuals": {"mttr North": "2026-01 6", "mttr South": "2026-01 7"},
        "kpis": {"mttr": "≤ 4"},
    },
    "page repeat": {
        "actuals": {"mttr": "2026-01 6, 2026-02 5", "csat": "2026-01 3, 2026-02 5"},
        "kpis": {"mttr": "≤ 4", "csat": "≥ 4"},
    },
    "blocks of kinds": {
        "actuals": {"sales": "2026-01 6, 2026-02 5", "cost": "2026-01 1, 2026-02 2"},
        "kpis": {"sales": "≥ 7", "cost": "≤ 1"},
        "left_out": {"titles and footnotes": 2},
    },
    "sheets of kinds": {"actuals": {"sales": "2026-01 6, 2026-02 5"}, "kpis": {"sales": "≥ 7"}},
    "kpi blocks by region": {
        "actuals": {
            "mttr North": "2026-01 6, 2026-02 5",
            "mttr South": "2026-01 7, 2026-02 5",
            "csat North": "2026-01 4, 2026-02 4",
            "csat South": "2026-01 3, 2026-02 4",
        },
        "kpis": {"mttr": "≤ 4", "csat": "≥ 4.2"},
        "left_out": {"titles and footnotes": 2},
    },
    "sales act plan suffix": {
        "actuals": {"sales N": "2026-01 10, 2026-02 11, 2025-01 8, 2025-02 9"},
        "kpis": {"sales": "≥ 12; sum"},
        "left_out": {"totals": 6},
    },
    "fiscal years": {"asks": ["year_starts"]},
    "two files' unit names": {"asks": ["kpis.MTTR.measured_in"]},
    "comments and empty": {
        "actuals": {"mttr": "2026-01 6, 2026-02 5", "csat": "2026-03 4.5"},
        "kpis": {"mttr": "≤ 4", "csat": "≥ 4"},
        "left_out": {"comments": 1, "cells that say that nothing was observed": 1, "titles and footnotes": 1},
    },
    "target at the end with year": {"actuals": {"csat": "2026-01 4, 2026-02 4.1"}, "kpis": {"csat": "≥ 4.5"}},
    "lowercase months across": {"actuals": {"calls": "2026-01 1, 2026-02 2, 2026-03 3"}, "kpis": {"calls": "≥ 3"}},
    "weeks": {"actuals": {"calls": "2026-W01 5, 2026-W02 6"}, "kpis": {"calls": "≥ 9; weekly"}},
    "merged region": {
        "actuals": {
            "mttr North": "2026-01 6",
            "csat North": "2026-01 4",
            "mttr South": "2026-01 7",
            "csat South": "2026-01 3",
        },
        "kpis": {"mttr": "≤ 4", "csat": "≥ 4"},
    },
    "index column": {
        "actuals": {"mttr": "2026-01 6, 2026-02 5", "csat": "2026-01 4, 2026-02 5"},
        "kpis": {"mttr": "≤ 4", "csat": "≥ 4"},
        "left_out": {"comments": 2},
    },
    "excel errors": {"actuals": {"mttr": "2026-01 6"}, "kpis": {"mttr": "≤ 4"}, "left_out": {"errors of Excel": 1}},
    "only total unit": {"actuals": {"mttr": "2026-01 6, 2026-02 5"}, "kpis": {"mttr": "≤ 4"}},
    "no table": {
        "fault": "desk.xlsx: there is no table of values in this. Got: S. Allowed: a heading row with months, "
        "or with Date, KPI and Value, and values below it. Fix: give its columns headings."
    },
    "transposed fields": {
        "actuals": {"mttr": "2026-01 6, 2026-02 5", "csat": "2026-01 4, 2026-02 4.5"},
        "kpis": {"mttr": "≤ 4", "csat": "≥ 4"},
    },
    "unit of measure in name": {
        "actuals": {"mttr": "2026-01 6", "uptime": "2026-01 98.5", "cost": "2026-01 12"},
        "kpis": {"mttr": "≤ 4 hours", "uptime": "≥ 99 %", "cost": "≤ 10 EUR"},
    },
    "values below names two rows": {
        "actuals": {"mttr A": "2026-01 5.5, 2026-02 6.25", "mttr B": "2026-01 4.5, 2026-02 6.5"},
        "kpis": {"mttr": "≤ 4"},
    },
    "bom excel csv sep": {"actuals": {"mttr": "2026-01 5"}, "kpis": {"mttr": "≤ 4"}},
}


SHAPES |= {
    "sheets bare months": (
        {
            "Jan": [["KPI", "Actual", "Target"], ["MTTR", 6, "≤4"]],
            "Feb": [["KPI", "Actual", "Target"], ["MTTR", 5, "≤4"]],
        },
        {},
    ),
    "sheets bare months, year in title": (
        {
            "Jan": [["Year 2026"], ["KPI", "Actual", "Target"], ["MTTR", 6, "≤4"]],
            "Feb": [["Year 2026"], ["KPI", "Actual", "Target"], ["MTTR", 5, "≤4"]],
        },
        {},
    ),
    "blocks of bare months": (
        {
            "S": [
                ["KPIs 2026"],
                [],
                ["KPI", "Actual", "Target"],
                ["January"],
                ["MTTR", 6, "≤4"],
                ["February"],
                ["MTTR", 5, "≤4"],
            ]
        },
        {},
    ),
    "months down without year": (
        {"S": [["KPIs 2026"], [], ["Month", "MTTR", "CSAT"], ["Jan", 6, 4], ["Feb", 5, 4.5]]},
        {"kpis": {"MTTR": FOUR, "CSAT": {"target": 4.2, **HIGHER}}},
    ),
    "months down, years as groups": (
        {"": [["Year", "Month", "MTTR"], ["2025", "Nov", "6"], ["", "Dec", "5"], ["2026", "Jan", "4"]]},
        {"kpis": {"MTTR": FOUR}},
    ),
    "target row in kpis across": (
        {
            "": [
                ["Month", "MTTR", "CSAT"],
                ["Target", "≤ 4", "≥ 4"],
                ["Jan-26", "6", "4"],
                ["Feb-26", "5", "4.5"],
                ["Average", "5.5", "4.25"],
            ]
        },
        {},
    ),
    "blocks with their own totals": (
        {
            "S": [
                ["KPI", "Region", "Target", JAN, FEB],
                ["Calls", "North", "", 5, 6],
                ["Calls", "South", "", 5, 4],
                ["Calls total", "", "≥ 12", 10, 10],
                ["Mails", "North", "", 1, 2],
                ["Mails", "South", "", 3, 2],
                ["Mails total", "", "≥ 5", 4, 4],
            ]
        },
        {},
    ),
    "act and plan side by side without merging": (
        {"S": [["", "Jan 2026", "", "Feb 2026", ""], ["KPI", "Act", "Plan", "Act", "Plan"], ["Sales", 6, 7, 5, 7]]},
        {"kpis": {"Sales": HIGHER}},
    ),
    "numbers as text with nbsp": ({"S": [["KPI", "Target", JAN], ["Calls", "≥ 1\u00a0200", "1\u202f234"]]}, {}),
    "kpi per sheet": (
        {
            "MTTR": [["Region", JAN, FEB], ["North", 6, 5], ["South", 7, 5]],
            "CSAT": [["Region", JAN, FEB], ["North", 4, 4], ["South", 3, 4]],
        },
        {
            "tables": [{"sheet": "MTTR", "sheet_is": "kpi"}, {"sheet": "CSAT", "sheet_is": "kpi"}],
            "kpis": {"MTTR": {**FOUR, "aggregate": "mean"}, "CSAT": {"target": 4.2, **HIGHER, "aggregate": "mean"}},
        },
    ),
    "direction column and status": (
        {
            "S": [
                ["Perspective", "Objective", "KPI", "Direction", "Target", "Jan-26", "Status"],
                ["Financial", "Spend less", "Cost", "↓", 4, 6, "Red"],
                ["", "", "Savings", "↑", 4, 3, "Red"],
                ["Customer", "Please", "CSAT", "Higher is better", 4, 4.5, "Green"],
            ]
        },
        {},
    ),
    "weights percent": (
        {
            "S": [
                ["KPI", "Weight", "Target", "Jan-26"],
                ["Cost", (0.6, "0%"), "≤ 4", 6],
                ["CSAT", (0.4, "0%"), "≥ 4", 3],
            ]
        },
        {},
    ),
    "iso csv wide with names": (
        {
            "": [
                ["kpi", "unit", "2026-01", "2026-02"],
                ["Mean time to restore", "A", "5", "6"],
                ["Mean time to restore", "B", "5", "6"],
            ]
        },
        {"kpis": {"Mean time to restore": {"target": 4}}},
    ),
    "long with kinds": (
        {
            "": [
                ["Month", "KPI", "Scenario", "Value"],
                ["Jan-26", "Sales", "Actual", "5"],
                ["Jan-26", "Sales", "Budget", "6"],
                ["Jan-26", "Sales", "Forecast", "7"],
            ]
        },
        {"kpis": {"Sales": HIGHER}},
    ),
    "yearly target beside months": (
        {"S": [["KPI", "Annual target", "Jan-26", "Feb-26"], ["Tickets closed", 1200, 100, 90]]},
        {"kpis": {"Tickets closed": HIGHER}},
    ),
    "plan/actual as column pairs kpi across": (
        {
            "S": [
                ["", "MTTR", "<", "CSAT", "<"],
                ["Month", "Actual", "Target", "Actual", "Target"],
                [JAN, 6, "≤4", 4, "≥4"],
                [FEB, 5, "≤4", 4.5, "≥4"],
            ]
        },
        {},
    ),
    "unit blocks with kpis across": (
        {
            "S": [
                ["North"],
                ["Month", "MTTR", "CSAT"],
                [JAN, 6, 4],
                [FEB, 5, 4],
                [],
                ["South"],
                ["Month", "MTTR", "CSAT"],
                [JAN, 7, 3],
                [FEB, 8, 3],
            ]
        },
        {"kpis": {"MTTR": {**FOUR, "aggregate": "mean"}, "CSAT": {"target": 4.2, **HIGHER, "aggregate": "mean"}}},
    ),
}

RIGHT |= {
    "sheets bare months": {"asks": ["tables.0.year", "tables.1.year"]},
    "sheets bare months, year in title": {
        "actuals": {"mttr": "2026-01 6, 2026-02 5"},
        "kpis": {"mttr": "≤ 4"},
        "left_out": {"titles and footnotes": 2},
    },
    "blocks of bare months": {
        "actuals": {"mttr": "2026-01 6, 2026-02 5"},
        "kpis": {"mttr": "≤ 4"},
        "left_out": {"titles and footnotes": 3},
    },
    "months down without year": {
        "actuals": {"mttr": "2026-01 6, 2026-02 5", "csat": "2026-01 4, 2026-02 4.5"},
        "kpis": {"mttr": "≤ 4", "csat": "≥ 4.2"},
        "left_out": {"titles and footnotes": 1},
    },
    "months down, years as groups": {"actuals": {"mttr": "2025-11 6, 2025-12 5, 2026-01 4"}, "kpis": {"mttr": "≤ 4"}},
    "target row in kpis across": {
        "actuals": {"mttr": "2026-01 6, 2026-02 5", "csat": "2026-01 4, 2026-02 4.5"},
        "kpis": {"mttr": "≤ 4", "csat": "≥ 4"},
        "left_out": {"totals": 2},
    },
    "blocks with their own totals": {
        "actuals": {
            "calls North": "2026-01 5, 2026-02 6",
            "calls South": "2026-01 5, 2026-02 4",
            "mails North": "2026-01 1, 2026-02 2",
            "mails South": "2026-01 3, 2026-02 2",
        },
        "kpis": {"calls": "≥ 12; sum", "mails": "≥ 5; sum"},
        "left_out": {"totals": 4},
    },
    "act and plan side by side without merging": {
        "actuals": {"sales": "2026-01 6, 2026-02 5"},
        "kpis": {"sales": "≥ 7"},
    },
    "numbers as text with nbsp": {"actuals": {"calls": "2026-01 1234"}, "kpis": {"calls": "≥ 1200"}},
    "kpi per sheet": {
        "actuals": {
            "mttr North": "2026-01 6, 2026-02 5",
            "mttr South": "2026-01 7, 2026-02 5",
            "csat North": "2026-01 4, 2026-02 4",
            "csat South": "2026-01 3, 2026-02 4",
        },
        "kpis": {"mttr": "≤ 4", "csat": "≥ 4.2"},
    },
    "direction column and status": {
        "actuals": {"cost": "2026-01 6", "savings": "2026-01 3", "csat": "2026-01 4.5"},
        "kpis": {"cost": "≤ 4", "savings": "≥ 4", "csat": "≥ 4"},
        "left_out": {"colours and statuses": 3},
    },
    "weights percent": {"actuals": {"cost": "2026-01 6", "csat": "2026-01 3"}, "kpis": {"cost": "≤ 4", "csat": "≥ 4"}},
    "iso csv wide with names": {
        "actuals": {"mean-time-to-restore A": "2026-01 5, 2026-02 6", "mean-time-to-restore B": "2026-01 5, 2026-02 6"},
        "kpis": {"mean-time-to-restore": "≤ 4"},
    },
    "long with kinds": {"actuals": {"sales": "2026-01 5"}, "kpis": {"sales": "≥ 6"}, "left_out": {"forecasts": 1}},
    "yearly target beside months": {"asks": ["kpis.Tickets closed.cumulates"]},
    "plan/actual as column pairs kpi across": {
        "actuals": {"mttr": "2026-01 6, 2026-02 5", "csat": "2026-01 4, 2026-02 4.5"},
        "kpis": {"mttr": "≤ 4", "csat": "≥ 4"},
    },
    "unit blocks with kpis across": {
        "actuals": {
            "mttr North": "2026-01 6, 2026-02 5",
            "csat North": "2026-01 4, 2026-02 4",
            "mttr South": "2026-01 7, 2026-02 8",
            "csat South": "2026-01 3, 2026-02 3",
        },
        "kpis": {"mttr": "≤ 4", "csat": "≥ 4.2"},
        "left_out": {"titles and footnotes": 2},
    },
}


def written(folder, sheets):
    """A file with these sheets; the sheet without a title is a CSV file."""
    if "" in sheets:
        return csv_file(folder / "desk.csv", sheets[""], sheets.get("sep", ","))
    return workbook(folder / "desk.xlsx", sheets)


def told(imported):
    """What came of a file, in few words."""
    if imported.questions:
        return {"asks": [".".join(map(str, question.field)) for question in imported.questions]}
    actuals = {}
    for row in imported.actuals.itertuples():
        value = f"{row.actual:g}" if row.actual == row.actual else f"{row.numerator:g}/{row.denominator:g}"
        actuals.setdefault(f"{row.kpi} {row.unit}".strip(), []).append(f"{row.period} {value}")
    said = {"actuals": {key: ", ".join(values) for key, values in actuals.items()}}
    said["kpis"] = {kpi.id: defined(kpi) for kpi in imported.scorecard.kpis}
    return said | ({"left_out": imported.dropped} if imported.dropped else {})


def defined(kpi):
    """A KPI's direction, target and unit; how it adds up and how often it is observed where that is unusual."""
    sign = {"lower_is_better": "≤", "higher_is_better": "≥", "within_range": "in"}[kpi.direction]
    target = f"{kpi.target:g}" if isinstance(kpi.target, float) else ""
    if not target and kpi.direction == "within_range":
        target = "..".join(f"{edge:g}" for edge in kpi.target)
    target = target or ", ".join(f"{point.period} {point.value:g}" for point in kpi.target)
    more = [word for word in (kpi.aggregate, kpi.frequency) if word not in ("mean", "monthly")]
    more = [f"cumulates {kpi.cumulates}", *more] if kpi.cumulates else more
    return "; ".join([f"{sign} {target} {kpi.measured_in}".strip(), *more])


@pytest.mark.parametrize("name", SHAPES)
def test_each_shape_gives_its_values(tmp_path, name):
    sheets, answers = SHAPES[name]
    file = written(tmp_path, sheets)
    try:
        said = told(import_files([file], build_mapping(answers)))
    except BscError as error:
        said = {"fault": str(error)}
    assert said == RIGHT[name]


@pytest.mark.parametrize("name", [name for name in SHAPES if "fault" not in RIGHT[name]])
def test_the_counts_add_up_to_what_stands_in_the_file(tmp_path, name):
    sheets, answers = SHAPES[name]
    file = written(tmp_path, sheets)
    imported = import_files([file], build_mapping(answers))
    assert sum(imported.counts.values()) == sum(grid.content for grid in read_grids(file))
    assert all(imported.counts.values())


@pytest.mark.parametrize("name", [name for name in SHAPES if "actuals" in RIGHT[name]])
def test_what_was_proposed_reads_the_same_again(tmp_path, name):
    sheets, answers = SHAPES[name]
    file = written(tmp_path, sheets)
    first = import_files([file], build_mapping(answers))
    again = import_files([file], first.mapping, first.scorecard, first.actuals)
    assert (again.questions, again.changes, again.added) == ([], [], 0)
    assert again.scorecard == first.scorecard


ACROSS = [["Jan-26", "4.1", "6"], ["Feb-26", "4.0", "5"]]
AIM = ["Target", "4.2", "4"]
SIDE_BY_SIDE = {
    "target first": [["Month", "CSAT", "MTTR"], AIM, *ACROSS],
    "plan last": [["Month", "CSAT", "MTTR"], *ACROSS, ["Plan", "4.2", "4"]],
    "goal": [["Month", "CSAT", "MTTR"], *ACROSS, ["Goal", "4.2", "4"]],
    "no heading over the months": [["", "CSAT", "MTTR"], AIM, *ACROSS],
    "average and gap": [["Month", "CSAT", "MTTR"], *ACROSS, ["Average", "4.05", "5.5"], AIM, ["Gap", "-0.15", "1.5"]],
    "unit": [["Month", "CSAT", "MTTR"], ["Unit", "score", "hours"], AIM, *ACROSS],
    "days": [["Date", "CSAT", "MTTR"], AIM, ["2026-01-31", "4.1", "6"], ["2026-02-28", "4.0", "5"]],
    "decimal commas": [
        ["Monat", "CSAT", "MTTR"],
        ["Soll", "4,2", "4"],
        ["Jan 2026", "4,1", "6"],
        ["Feb 26", "4,0", "5"],
    ],
    "a second block": [
        ["Month", "CSAT"],
        *([row[0], row[1]] for row in (AIM, *ACROSS)),
        [],
        ["Work"],
        ["Month", "MTTR"],
        *([row[0], row[2]] for row in (AIM, *ACROSS)),
    ],
}


@pytest.mark.parametrize("name", SIDE_BY_SIDE)
def test_a_row_of_targets_below_kpis_side_by_side(tmp_path, name):
    answers = build_mapping({"kpis": {"CSAT": HIGHER, "MTTR": LOWER}})
    said = told(import_files([csv_file(tmp_path / "a.csv", SIDE_BY_SIDE[name])], answers))
    assert said["actuals"] == {"csat": "2026-01 4.1, 2026-02 4", "mttr": "2026-01 6, 2026-02 5"}
    assert [text.removesuffix("score").removesuffix("hours").strip() for text in said["kpis"].values()] == [
        "≥ 4.2",
        "≤ 4",
    ]


@pytest.mark.parametrize(("separator", "asked"), [(",", 0), (";", 1), ("\t", 1), ("|", 1)], ids=str)
def test_only_where_commas_separate_is_a_point_what_it_seems(tmp_path, separator, asked):
    rows = [["KPI", "2026-01", "2026-02"], ["Calls", "1.000", "950"]]
    (tmp_path / "a.csv").write_text("\n".join(map(separator.join, rows)))
    questions = import_files([tmp_path / "a.csv"], build_mapping({})).questions
    said = [question.text for question in questions if question.field[-1] == "decimal"]
    assert said == ["which is the decimal sign of a.csv? 1.000 is 1 or 1000"] * asked


def test_a_row_of_targets_may_be_of_years_of_units_or_of_a_single_month(tmp_path):
    answers = build_mapping({"kpis": {"CSAT": HIGHER | {"aggregate": "mean"}, "MTTR": LOWER | {"aggregate": "mean"}}})
    years = [["Year", "CSAT", "MTTR"], AIM, ["2024", "4.1", "6"], ["2025", "4.0", "5"]]
    said = told(import_files([csv_file(tmp_path / "years.csv", years)], answers))
    assert (said["actuals"]["csat"], said["kpis"]["csat"]) == ("2024 4.1, 2025 4", "≥ 4.2; yearly")
    one = [["Month", "CSAT", "MTTR"], AIM, ["Jan-26", "4.1", "6"]]
    assert told(import_files([csv_file(tmp_path / "one.csv", one)], answers))["actuals"]["mttr"] == "2026-01 6"
    units = [["Region", "Month", "CSAT", "MTTR"]]
    units += [["N", *AIM], ["N", *ACROSS[0]], ["S", "Target", "4.4", "3"], ["S", *ACROSS[0]]]
    imported = import_files([csv_file(tmp_path / "units.csv", units)], answers)
    assert [row.target for row in imported.scorecard.kpi("csat").unit_targets] == [4.2, 4.4]
    alone = [["Region", "CSAT", "MTTR"], ["North", "4.1", "6"], ["South", "4.0", "5"], AIM]
    told_so = answers.model_copy(update={"tables": build_mapping({"tables": [{"period": "2026-01"}]}).tables})
    said = told(import_files([csv_file(tmp_path / "alone.csv", alone)], told_so))
    assert (said["actuals"]["csat North"], said["kpis"]["csat"]) == ("2026-01 4.1", "≥ 4.2")


def test_a_total_below_kpis_side_by_side_shows_how_they_add_up(tmp_path):
    rows = [["Month", "Calls"], ["Jan-26", 10], ["Feb-26", 12], ["Total", 22], ["Target", 15]]
    told_so = build_mapping({"kpis": {"Calls": HIGHER}})
    kpi = import_files([csv_file(tmp_path / "a.csv", rows)], told_so).scorecard.kpis[0]
    assert (kpi.aggregate, kpi.target) == ("sum", 15)


MEASURED = {
    "beside names": [["KPI", "Measure"], ["MTTR", "hours"], ["CSAT", "%"]],
    "before names": [["Metric", "Name"], ["hours", "MTTR"], ["%", "CSAT"]],
    "beside names without a heading": [["", "Measure"], ["MTTR", "hours"], ["CSAT", "%"]],
    "beside objectives": [["Objective", "Measure"], ["MTTR", "hours"], ["CSAT", "%"]],
    "in German": [["Bezeichnung", "Kennzahl"], ["MTTR", "Stunden"], ["CSAT", "Prozent"]],
}


@pytest.mark.parametrize("name", MEASURED)
def test_a_measure_that_holds_only_units_of_measurement_names_no_kpi(tmp_path, name):
    values = [["Target", "Jan-26"], [4, 6], [90, 88]]
    rows = [[*names, *row] for names, row in zip(MEASURED[name], values, strict=True)]
    answers = build_mapping({"kpis": {"MTTR": LOWER, "CSAT": HIGHER}})
    kpis = import_files([csv_file(tmp_path / "a.csv", rows)], answers).scorecard.kpis
    assert [(kpi.name, kpi.measured_in[:2].casefold().replace("pr", "%")[:2]) for kpi in kpis] in (
        [("MTTR", "ho"), ("CSAT", "%")],
        [("MTTR", "st"), ("CSAT", "%")],
    )


def test_a_row_of_answers_is_no_heading(tmp_path):
    rows = [["No", "KPI", "Measure", "Unit", "Target", JAN, FEB, MAR, "Done"]]
    rows += [
        [1, "MTTR", "hours", "North", "≤ 5", 6.5, 6, 5, "yes"],
        [2, "Drill", "yes/no", "North", "Yes", *["No"] * 3, "no"],
    ]
    rows += [[3, "Drill", "yes/no", "South", "Yes", "No", "Yes", "No", "no"]]
    answers = build_mapping({"tables": [{"sheet": "S", "columns": {"Done": "leave_out"}}]})
    imported = import_files([workbook(tmp_path / "a.xlsx", {"S": rows})], answers)
    assert imported.actuals["actual"].tolist() == [6.5, 6, 5, 0, 0, 0, 0, 1, 0]
    assert imported.scorecard.kpi("drill").measured_in == "yes/no"


def test_what_is_counted_may_be_a_kpis_name(tmp_path):
    alone = [["Measure", "Target", "Jan-26"], ["Incidents", "≤ 4", 6], ["Calls", "≥ 90", 88]]
    assert set(told(import_files([csv_file(tmp_path / "a.csv", alone)]))["kpis"]) == {"incidents", "calls"}
    beside = [["KPI", "Measure", "Target", "Jan-26"], ["Load", "calls", "≥ 90", 88]]
    assert import_files([csv_file(tmp_path / "b.csv", beside)]).scorecard.kpis[0].measured_in == "calls"


def test_units_without_a_name_of_a_kpi_are_asked_about(tmp_path):
    rows = [["Measure", "Target", "Jan-26"], ["hours", 4, 6], ["%", 90, 88]]
    assert [question.field for question in import_files([csv_file(tmp_path / "a.csv", rows)]).questions] == [
        ("tables", 0, "kpi")
    ]


@pytest.mark.parametrize("word", ["yes/no", "Y/N", "Yes / No", "ja/nein", "oui/non", "true/false", "Boolean", "0/1"])
@pytest.mark.parametrize("values", [("Yes", "No", "Yes"), (1, 0, 1)])
def test_yes_no_as_a_unit_is_a_question_with_an_answer(tmp_path, word, values):
    rows = [["KPI", "Unit", "Target", "Jan-26", "Feb-26"], ["Drill", word, *values], ["MTTR", "hours", "≤ 4", 6, 5]]
    imported = import_files([csv_file(tmp_path / "a.csv", rows)])
    assert imported.questions == []
    drill = imported.scorecard.kpi("drill")
    assert (drill.measured_in, drill.direction, drill.target, drill.floor) == ("yes/no", "higher_is_better", 1, 0)
    assert imported.actuals["actual"].tolist() == [0, 1, 6, 5]


SPELLINGS = ["{0:%b-%y}", "{0:%B %Y}", "{0:%b %Y}", "{0:%m/%Y}", "{0:%Y-%m}", "{0:%Y%m}", "{0:%YM%m}", "{0:%b. %Y}"]


@given(
    st.integers(0, 3),
    st.sampled_from(SPELLINGS),
    st.integers(1, 12),
    st.lists(st.lists(st.integers(-999, 999), min_size=3, max_size=3), min_size=1, max_size=4),
    st.booleans(),
)
def test_titles_spellings_and_totals_change_no_value(tmp_path_factory, titles, spelling, first, rows, total):
    months = [datetime.date(2025 + (first + i - 1) // 12, (first + i - 1) % 12 + 1, 1) for i in range(3)]
    table = [[f"Title {i}"] for i in range(titles)]
    table.append(["KPI", "Target", *(spelling.format(each) for each in months), *(["Total"] if total else [])])
    for i, values in enumerate(rows):
        table.append([f"Number {i} of all", "≥ 5", *values, *([sum(values)] if total else [])])
    if total:
        table.append(["Total", "", *(sum(column) for column in zip(*rows, strict=True))])
    imported = import_files([csv_file(tmp_path_factory.mktemp("wide") / "a.csv", table)])
    assert imported.questions == []
    assert imported.actuals["actual"].tolist() == [value for values in rows for value in values]
    assert imported.actuals["period"].tolist() == [f"{each:%Y-%m}" for each in months] * len(rows)


def test_definitions_and_values_from_two_files(tmp_path):
    definitions = [
        ["Name", "Objective", "Perspective", "Direction", "Target", "Unit", "Baseline"],
        ["MTTR", "Restore fast", "Internal processes", "lower is better", 4, "hours", 9],
        ["CSAT", "Happy users", "Customers", "↑", 4.2, "score", 3.8],
    ]
    values = [["Month", "MTTR", "CSAT"], ["Jan-26", 6, 4.0], ["Feb-26", 5, 4.1]]
    files = [csv_file(tmp_path / "kpis.csv", definitions), csv_file(tmp_path / "values.csv", values)]
    imported = import_files(files)
    assert imported.questions == []
    card = imported.scorecard
    assert [(part.id, part.name) for part in card.perspectives] == [
        ("customer", "Customer"),
        ("internal_process", "Internal process"),
    ]
    assert card.kpi("mttr").model_dump(exclude_defaults=True) == {
        "id": "mttr",
        "name": "MTTR",
        "objective": "restore-fast",
        "measured_in": "hours",
        "direction": "lower_is_better",
        "baseline": 9.0,
        "target": 4.0,
    }
    assert len(imported.actuals) == 4


@pytest.mark.parametrize(
    ("aggregate", "whole", "units"),
    [("mean", (94, 97.5), [(95, 98), (93, 97)]), ("sum", (188, 195), [(95, 98), (93, 97)])],
)
def test_units_may_have_ranges_of_their_own(tmp_path, aggregate, whole, units):
    rows = [["KPI", "Region", "Target", "Jan-26"], ["Load", "N", "95 - 98", 96], ["Load", "S", "93 - 97", 99]]
    file = csv_file(tmp_path / "a.csv", rows)
    kpi = import_files([file], build_mapping({"kpis": {"Load": {"aggregate": aggregate}}})).scorecard.kpis[0]
    assert (kpi.target, [row.target for row in kpi.unit_targets]) == (whole, units)


def test_units_that_cannot_be_added_up_are_a_fault(tmp_path):
    file = csv_file(tmp_path / "a.csv", [["KPI", "Target", "Jan-26", "Feb-26"], ["Cost", "≤ 5 EUR", "6 EUR", "5 USD"]])
    with pytest.raises(BscError, match=r"a\.csv, line 2: Cost is given in EUR and in USD, which cannot be added up"):
        import_files([file])


def test_a_formula_without_a_saved_value_is_asked_about(tmp_path):
    rows = [["KPI", "Target", JAN, FEB], ["MTTR", "≤ 4", 6, "=C2+1"]]
    imported = import_files([workbook(tmp_path / "a.xlsx", {"S": rows})])
    (question,) = imported.questions
    assert question.field == ("unreadable",)
    assert "S!D2" in question.shown[0]
    assert "open the workbook in Excel and save it" in question.shown[0]
    told_so = build_mapping({"unreadable": "leave_out"})
    assert import_files([tmp_path / "a.xlsx"], told_so).dropped == {"values that cannot be read": 1}


def test_a_scorecards_own_workbook_is_none_of_somebody_elses(tmp_path):
    titles = {title: [["id", "name"], ["a", "A"]] for title in ("Scorecard", "Perspectives", "Objectives", "KPIs")}
    with pytest.raises(BscError, match=r"book\.xlsx: this is a scorecard's workbook already"):
        import_files([workbook(tmp_path / "book.xlsx", titles)])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xls", b"x", "such a file cannot be imported. Got: .xls."),
        ("a.csv", b"", "there is no table of values in this"),
        ("a.csv", b"\x00\x01", "this is not a text file"),
        ("a.xlsx", b"PK", "this is not an Excel workbook"),
        ("a.csv", b'KPI,Jan 2026\n"open,5\n', "close every quote"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BscError) as caught:
        import_files([tmp_path / name])
    assert said in str(caught.value)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(BscError, match="there is no such file"):
        import_files([tmp_path / "a.csv"])
    with pytest.raises(BscError, match="this is a folder"):
        import_files([tmp_path])


PIECES = ["KPI", "Region", "Target", "Plan", "Total", "Jan 2026", "Feb", "Q1", "2026", "01/02/2026", "MTTR", "North"]
PIECES += ["1", "2.5", "97 %", "≤ 3", "1,200", "1.234,5", "4-6", "Green", "Yes", "n/a", "", "FY2026", "Sales Act", "数"]


@given(st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6), min_size=1, max_size=8))
def test_any_table_is_read_asked_about_or_refused(tmp_path_factory, rows):
    file = csv_file(tmp_path_factory.mktemp("any") / "a.csv", rows)
    try:
        imported = import_files([file])
    except BscError:
        return
    assert sum(imported.counts.values()) == sum(grid.content for grid in read_grids(file))
    assert (imported.scorecard is None) == bool(imported.questions)


def test_a_quarter_below_a_month_without_a_year_is_no_year(tmp_path):
    rows = [["", "Feb", "Feb"], ["KPI", "Q1", "Plan"], ["MTTR", 5, 4]]
    imported = import_files([csv_file(tmp_path / "a.csv", rows)])
    assert ("tables", 0, "year") in [question.field for question in imported.questions]


def test_of_blank_rows_in_a_run_the_first_are_kept_whether_the_file_has_them_or_not(tmp_path):
    book = openpyxl.Workbook()
    for row in (1, 3, 9, 16):
        book.active[f"A{row}"] = row
    book.active["A6"].number_format = "0.00"  # a row that the file has, and nothing in it
    book.active["A12"].number_format = "0.00"
    book.save(tmp_path / "desk.xlsx")
    (grid,) = read_grids(tmp_path / "desk.xlsx")
    assert grid.numbers == [1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 16]
    assert [len(row) for row in grid.rows] == [1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]


def test_a_stray_cell_in_the_last_row_costs_no_million_rows(tmp_path):
    file = tmp_path / "desk.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["KPI", "Target", "Jan-26"])
    book.active.append(["MTTR", "≤ 4", 6])
    book.active["A1048576"] = "printed by the portal"
    book.save(file)
    (grid,) = read_grids(file)
    assert len(grid.rows) < 10
    assert grid.where(len(grid.rows) - 1, 0) == "desk.xlsx, Sheet!A1048576"
    assert told(import_files([file]))["actuals"] == {"mttr": "2026-01 6"}


@pytest.mark.parametrize("text", ["\n", ",,\n,,\n"])
def test_a_file_of_nothing_is_named(tmp_path, text):
    (tmp_path / "blank.csv").write_text(text)
    with pytest.raises(BscError, match=r"blank\.csv: there is no table of values"):
        import_files([tmp_path / "blank.csv"])


def test_denominators_alone_are_asked_about_like_values(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("KPI,Period,Numerator,Denominator\nFixed,2026-01,,5\n")
    asked = import_files([file]).questions
    assert ("kpis", "Fixed", "direction") in [question.field for question in asked]


@pytest.mark.parametrize(
    ("period", "before"), [("2026-W53", ""), ("2024-02-29", ""), ("2026-W05", "2025-W05"), ("", "")]
)
def test_what_the_year_before_does_not_have(period, before):
    assert _year_before(period) == before


def test_numbers_that_cannot_be_added_or_compared_are_no_total(tmp_path):
    """Neither their sum nor the difference of sum and total fits a number; no library remarks on it."""
    big = [["KPI", "Jan-26", "Feb-26", "Total"], ["Calls", "-9e307", "-9e307", "9e307"], ["CSAT", "1", "2", "3"]]
    found = import_files([csv_file(tmp_path / "a.csv", big)])
    assert found.questions
