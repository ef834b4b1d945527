import subprocess
import sys

SCRIPT = """
import sys
from bsclib.batch.kernels.lean import import_jsonschema
import_jsonschema()
assert "rfc3987_syntax" not in sys.modules
import nbformat
assert "rfc3987_syntax" not in sys.modules
import jsonschema._format
check = jsonschema.FormatChecker()
if "iri" in check.checkers:
    assert jsonschema._format._rfc3987_is_valid_syntax is sys.modules["bsclib.batch.kernels.lean"]._is_valid_syntax
"""


def test_the_grammar_is_built_only_when_it_is_used():
    subprocess.run([sys.executable, "-c", SCRIPT], check=True)


def test_an_address_is_checked_by_the_real_thing(monkeypatch):
    from types import SimpleNamespace

    from bsclib.batch.kernels import lean

    real = SimpleNamespace(is_valid_syntax=lambda term, value: value.startswith("http"))
    monkeypatch.setitem(sys.modules, "rfc3987_syntax", real)
    assert lean._is_valid_syntax("iri", "http://ü.example")
    assert not lean._is_valid_syntax("iri", "no")
