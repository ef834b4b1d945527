"""Questions as files, for tests of the bank."""

import copy

import yaml

QUESTION = {
    "id": "one",
    "difficulty": "easy",
    "bloom": "remember",
    "stem": "Which word is right?",
    "options": [
        {"text": "this", "right": True, "why": "It is so said."},
        {"text": "that", "why": "It is another."},
        {"text": "those", "why": "They are others."},
        {"text": "these", "why": "They are near."},
    ],
    "source": "workbook",
    "confidence": "ours",
    "reread": "00_start_here#To take with you",
}


def question(**changes):
    """A sound question with some fields changed; None takes a field out."""
    fields = copy.deepcopy(QUESTION) | changes
    return {name: value for name, value in fields.items() if value is not None}


def options(*texts, right=0, **more):
    """Options of these texts."""
    return [
        {"text": text, "why": "This is just so.", **more} | ({"right": True} if i == right else {})
        for i, text in enumerate(texts)
    ]


def write(path, *questions, **more):
    """A file of questions."""
    path.write_text(yaml.safe_dump({"topic": "mine", "questions": list(questions), **more}), encoding="utf-8")
    return path
