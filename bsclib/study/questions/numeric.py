"""Numeric questions: numbers drawn from a seed, put into the stem and the options."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from bsclib.errors import BscError, Fault
from bsclib.study.questions.recipes import RECIPES
from bsclib.wording import number

if TYPE_CHECKING:
    from bsclib.study.questions.question import Question

TRIES = 60
"""How often numbers are drawn anew when two options would look alike."""


def fill(question: Question, seed: int) -> Question:
    """The question with its numbers drawn: what was to be filled in is text, and no two options look alike."""
    if question.kind != "numeric":
        return question
    # Draws of its own, so that no question added to the bank changes another's numbers.
    recipe, rng = RECIPES[question.recipe], Random(f"{seed} {question.id}")
    for _ in range(TRIES):
        given, results = recipe.draw(rng)
        texts = [_shown(results[option.number], recipe.digits, recipe.unit) for option in question.options]
        if len(set(texts)) == len(texts) and all(math.isfinite(results[option.number]) for option in question.options):
            words = {name: plain_figure(value) for name, value in given.items()}
            options = tuple(
                replace(option, text=text, why=option.why.format_map(words))
                for option, text in zip(question.options, texts, strict=True)
            )
            return replace(question, stem=question.stem.format_map(words), options=options)
    what = f"{TRIES} draws with seed {seed} gave two options alike each time"
    raise BscError(Fault(question.id, what, fix="ask for results of the recipe that differ more"))


def plain_figure(value: float) -> str:
    """A given number as a person writes it, to six figures at most."""
    return f"{value:,.6g}".replace("-", "−")


def _shown(value: float, digits: int, unit: str) -> str:
    return f"{number(value, digits)} {unit}".strip()
