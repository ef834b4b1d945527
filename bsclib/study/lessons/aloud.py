"""A table or a picture with what there is to see in it, so that a lesson reads its results aloud."""

from __future__ import annotations

from bsclib.reporting.display import Html, sentence


def aloud(shown: Html | None, *texts: str) -> Html:
    """A table and the sentences below it, as one output."""
    said = sentence(*texts)
    if shown is None:
        return said
    return Html(f"{shown.text}\n{said.text}", shown.html + said.html)


def is_are(count: int) -> str:
    """The verb after a number."""
    return "is" if count == 1 else "are"


def quoted(name: str) -> str:
    """A name within a sentence."""
    return f"“{name}”"
