"""The schema that ships is what its source gives, and knows a question."""

import json
from pathlib import Path

from bsclib.study.questions import schema


def test_the_schema_is_current():
    path = Path(schema.__file__).with_name("questions.schema.json")
    assert path.read_text(encoding="utf-8") == schema.schema_text(), "run `make derived`"


def test_the_schema_knows_what_a_question_needs():
    parts = json.loads(schema.schema_text())["$defs"]
    assert {"id", "stem", "options", "source", "confidence", "reread"} <= set(parts["QuestionFields"]["required"])
    assert parts["QuestionFields"]["properties"]["kind"]["enum"] == ["single", "several", "order", "match", "numeric"]
    assert parts["OptionFields"]["required"] == ["why"]
