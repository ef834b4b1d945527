"""The prose of lessons: its sentences, its words, and where a word of the glossary is used first."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
GLOSSARY = ROOT / "docs" / "glossary.md"
# Words of the glossary that a sentence may use as everybody does; the others are linked where a lesson uses them first.
EVERYDAY = set(
    """
    action, aggregate, as of, backlog, batch, catalogue, chain, change, component, confidence, direction, domain,
    draw, due time, effect, error, event, expected, explanation, fault, finding, floor, format, formula, frequency,
    governance, hold, incident, key, kpi, label, left out, limits, link, management, method, milestone, missing,
    numerator, objective, origin, output, owner, path, period, plan, practice, reason, review, role, score,
    scorecard, state, status, summary, supports, taken, target, to date, unit, utility, value, variant, weight,
    without
    """.replace("\n    ", " ")
    .strip()
    .split(", ")
)
_TERM = re.compile(r"(?m)^- \*\*(.+?)\*\*")
_FENCE = re.compile(r"(?s)```.*?```|\$\$.*?\$\$")
_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")


def slug(term):
    """The anchor of a glossary's entry."""
    return re.sub(r"[^a-z0-9 -]", "", term.casefold()).replace(" ", "-")


def terms():
    """The words that a lesson has to link, with the anchors of their entries."""
    entries = _TERM.findall(GLOSSARY.read_text(encoding="utf-8"))
    return {
        word: slug(entry)
        for entry in dict.fromkeys(entries)
        for word in entry.casefold().split(", ")[:1]
        if word not in EVERYDAY
    }


def without_markup(source):
    """Prose without code, formulas and the addresses of links."""
    return _LINK.sub(r"\1", re.sub(r"`[^`]*`", "X", _FENCE.sub("", source)))


def sentences(source):
    """The sentences of a markdown cell; a bullet, a cell of a table and a heading are each at least one."""
    found = []
    for line in without_markup(source).splitlines():
        if line.startswith(("    ", "|--", "| --")):
            continue
        pieces = line.strip("| ").split(" | ") if line.startswith("|") else [re.sub(r"^\s*([-*]|\d+\.) ", "", line)]
        for piece in pieces:
            found += re.split(r"(?<=[.?!:;])[*_”]*\s+(?=[*_“(A-Z0-9])", piece.strip(" #*"))
    return [one for one in found if one]


def words(text):
    """How many words a text has; a dash, a sign or an arrow is none."""
    return sum(any(char.isalnum() for char in word) for word in text.split())


def first_uses(sources):
    """Of each term that cells of prose use, the line of its first use; headings, tables and code are passed over."""
    found = {}
    known = terms()
    for source in sources:
        for line in _FENCE.sub("", source).splitlines():
            if line.startswith(("#", "|", "    ", "Allow ")):
                continue
            bare = re.sub(r"`[^`]*`", "", line)
            for word in known:
                if word not in found and re.search(rf"(?i)\b{re.escape(word)}s?\b", _LINK.sub(r"\1", bare)):
                    found[word] = bare
    return {word: (line, known[word]) for word, line in found.items()}


def is_linked(line, anchor):
    """Whether a line of prose leads to this entry of the glossary."""
    return any(address == f"../docs/glossary.md#{anchor}" for _, address in _LINK.findall(line))
