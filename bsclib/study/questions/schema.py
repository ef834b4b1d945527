"""The JSON Schema of a file of questions, by which editors complete and check it; `make derived` writes it again."""

from __future__ import annotations

import json
from pathlib import Path

from bsclib.files import atomic
from bsclib.study.questions.bank import QuestionFile


def schema_text() -> str:
    """The schema as it ships in ``questions.schema.json``."""
    schema = QuestionFile.model_json_schema(mode="validation")
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Questions"}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    atomic.write_text(Path(__file__).with_name("questions.schema.json"), schema_text())
