"""What a learner would do in lesson 02 if a chosen KPI turned bad, in a sentence of their own."""

from __future__ import annotations

import re

from bsclib.reporting.display import Html
from bsclib.study.answer_forms import key
from bsclib.study.lessons.aloud import aloud
from bsclib.study.lessons.lesson_02_shortlist import Shortlist
from bsclib.wording import quoted

_WISHES = re.compile(
    r"\b(improv\w*|optimi[sz]\w*|monitor\w*|watch\w*|observ\w*|discuss\w*|analy[sz]\w*|look (?:at|into)|report it|"
    r"do better|work (?:harder|better|on it)|try harder|fix it|solve it|be careful|pay attention|talk about it)\b"
)
"""What says that something should get better, and not what somebody does."""
_NOTHING = re.compile(
    r"\b(nothing|nobody|no one|(?:just|only|simply|would|will|i|we|['’]d|['’]ll) (?:wait|ignore)\b|"
    r"(?:would|will|do|does|can|could)(?: not|n['’]t) (?:do|act|care|know|react|change|mind|worry|bother|matter))\b"
    r"(?! (?:else|but|until))"
)
"""What says that nobody does anything."""
_HOW = re.compile(r"\b(by|until|so that|with)\b")
_PLAIN = frozenset(
    (
        *("i", "we", "you", "he", "she", "they", "it", "is", "are", "was", "be", "would", "will", "should"),
        *("shall", "if", "when", "on", "monday", "turned", "turns", "bad", "gets", "worse", "the", "a", "an"),
        *("of", "for", "in", "at", "to", "and", "or", "that", "this", "my", "our", "then", "first", "do"),
        *("something", "make", "better", "kpi", "number"),
    )
)
"""Words that say nothing of what is done."""
_FEWEST = 3
"""So many other words say what somebody does: Call the supplier."""


def on_monday(short: Shortlist, chosen: list[str], sentence: object) -> Html:
    """Whether a sentence names a KPI of the set and says what somebody would do, so that the KPI steers something."""
    said = key(sentence)
    if not isinstance(sentence, str) or not said:
        return aloud(None, "Write your sentence between the quotes, and run the cell again.")
    names = sorted(((kpi.id, kpi.name) for kpi in short.card.kpis), key=lambda one: -len(one[1]))
    named = next((one for one in names if key(one[1].split(",")[0].split(" (")[0]) in said), None)
    if not named:
        return aloud(None, "Your sentence names no KPI here. Copy the name of one from the table above.")
    id, name = named
    if id not in chosen:
        return aloud(None, f"{quoted(name)} is not in your set. Take one that stays.")
    told = said.replace(key(name), " ").replace(key(name.split(",")[0].split(" (")[0]), " ")
    if _NOTHING.search(told):
        return aloud(
            None, f"If you would do nothing, {quoted(name)} steers nothing. Strike it out, or say whom you would call."
        )
    wish = _WISHES.search(told)
    if wish and not _HOW.search(told[wish.end() :]):
        return aloud(None, f"‘{wish[0]}’ is a wish. Who does what on Monday, and to what?")
    if len([word for word in re.findall(r"[^\W\d]+", told) if word not in _PLAIN]) < _FEWEST:
        return aloud(None, f"It does not say yet what you would do. Whom would you call because of {quoted(name)}?")
    asks = f"Read it once more: does somebody act on Monday because of {quoted(name)}? Then it stays."
    return aloud(None, asks, _place(short, id))


def _place(short: Shortlist, id: str) -> str:
    """What it is in the set for; nothing where no step took it."""
    for row in short.choice[short.choice["id"] == id].itertuples():
        whom = quoted(short.card.names[row.whom])
        return f"In the set it {'guards' if row.because == 'guards' else 'is the best for'} {whom}."
    return ""
