import pytest
import yaml

from bsclib.errors import ScorecardError
from bsclib.files import yaml_tree


@pytest.fixture
def write(tmp_path):
    def write(content):
        file = tmp_path / "scorecard.yaml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return write


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a", "a"),
        ("2024-03-15", "2024-03-15"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("7", 7),
        ("-1.5", -1.5),
        ("1e5", 1e5),
        (".5", 0.5),
        ("no", False),
        ("On", True),
        ("'no'", "no"),
        ('"7"', "7"),
        ("!!str 7", "7"),
        ("[1, {b: c}]", [1, {"b": "c"}]),
    ],
)
def test_values_are_read_plainly(write, text, value):
    assert yaml_tree.plain(yaml_tree.read_tree(write(f"a: {text}"))) == {"a": value}


def test_a_key_without_a_value_is_left_out(write):
    assert yaml_tree.plain(yaml_tree.read_tree(write("a:\nb: ~\nc: 1\n"))) == {"c": 1}


def test_anchors_may_be_used(write):
    assert yaml_tree.plain(yaml_tree.read_tree(write("a: &x [1, 2]\nb: *x\n"))) == {"a": [1, 2], "b": [1, 2]}


@pytest.mark.parametrize(
    ("steps", "place"),
    [
        (("kpis", 1, "target"), "line 5, kpis[1].target"),
        (("kpis", 1, "target", "path", 0, "value"), "line 5, kpis[1].target[0].value"),
        (("kpis", 0, "name"), "line 3, kpis[0].name"),
        (("name",), "line 1, name"),
        ((), "line 1"),
    ],
)
def test_a_place_has_its_line(write, steps, place):
    root = yaml_tree.read_tree(write("id: x\nkpis:\n  - id: a\n  - id: b\n    target: [{value: 1}]\n"))
    assert yaml_tree.place(root, steps) == place


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "scorecard.yaml: the file is empty"),
        (" \n\n", "the file is empty"),
        ("# nothing but this\n", "the file is empty"),
        ("- a\n- b", "line 1: a scorecard is a mapping of fields. Got: a list"),
        ("just text", "a scorecard is a mapping of fields. Got: a single value"),
        ("id: x\n\tname: y", "line 2: a tab is used where only spaces may stand.*replace tabs by spaces"),
        ("\tid: x", "line 1: a tab is used"),
        ("id: x\nmeasured_in: %", "line 2: a text that begins with '%' needs quotes.*measured_in: \"%\""),
        ("owner: @ops", "a text that begins with '@' needs quotes"),
        ("name: a: b", "line 1: a colon stands where none can.*in quotes"),
        ("format: {:.1f} h", r"line 1: a bracket or quote does not end well.*format: \"\{:.1f\} h\""),
        ("id: x\nname: 'open\nkpis: 1", "line 2: a quote is opened and never closed. Got: name: 'open"),
        ("a: [1, 2\nb: 3", "line 2: a bracket or quote does not end well"),
        ("owner: *ops", r"line 1: there is no anchor &ops before this.*begins with \*"),
        ("a: &a [*a]", "there is no anchor &a before this"),
        ("name: !important x", "the tag !important means nothing here"),
        ("a: 1\n---\na: 2", "line 2: a second document begins"),
        ('a: "\\q"', "line 1: this is not YAML: .*unknown escape character"),
        ("id: a\nname: b\nid: c", "line 3: 'id' stands here again; it is on line 1"),
        ("no: 1", 'line 1: a field\'s name should be text. Got: no. Fix: put it in quotes: "no"'),
        ("? [a]\n: 1", "a field's name should be text. Got: a list"),
        (b"name: Z\xfcrich\n", "line 1: the file is not in UTF-8. Got: name: Zürich. Fix: save it again as UTF-8"),
        (b"id: a\nname: \x07", r"line 2: the control character U\+0007 is in the text"),
        ("id: a".encode("utf-16-le"), "this is not a text file, or not in UTF-8"),
        (b"PK\x03\x04\x00\x00", "this is not a text file"),
        ("[" * 100_000, "values are nested more than 40 deep"),
        ("{a: " * 5000, "values are nested more than 40 deep"),
        ("- " * 5000, "values are nested more than 40 deep"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(write, content, message):
    with pytest.raises(ScorecardError, match=message):
        yaml_tree.read_tree(write(content))


def test_all_keys_that_stand_twice_are_named_at_once(write):
    with pytest.raises(ScorecardError, match="2 faults") as caught:
        yaml_tree.read_tree(write("a: 1\na: 2\nb: {c: 1, c: 2}"))
    assert [fault.where for fault in caught.value.faults] == ["scorecard.yaml, line 2", "scorecard.yaml, line 3"]


def test_a_billion_laughs_are_refused(write):
    lines = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    with pytest.raises(ScorecardError, match="line 6: the aliases unfold to more than 1,000,000 values"):
        yaml_tree.read_tree(write("\n".join(lines)))


def test_a_file_that_is_too_large_is_not_read(write, monkeypatch):
    monkeypatch.setattr(yaml_tree, "LARGEST", 1_000_000)
    with pytest.raises(ScorecardError, match=r"too large for a scorecard\. Allowed: up to 1 MB"):
        yaml_tree.read_tree(write("# " + "x" * 1_000_000))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_marks_of_encoding_are_understood(write, encoding):
    root = yaml_tree.read_tree(write("name: Zürich 数据\r\nid: a\r\n".encode(encoding)))
    assert yaml_tree.plain(root) == {"name": "Zürich 数据", "id": "a"}


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ScorecardError, match="cannot be read: No such file"):
        yaml_tree.read_tree(tmp_path / "none.yaml")


def test_the_parser_written_in_python_says_the_same(write, monkeypatch):
    monkeypatch.setattr(yaml_tree, "_LOADER", yaml.SafeLoader)
    with pytest.raises(ScorecardError, match="line 2: a text that begins with '%' needs quotes"):
        yaml_tree.read_tree(write("id: x\nmeasured_in: %"))
    with pytest.raises(ScorecardError, match="line 2: a tab is used"):
        yaml_tree.read_tree(write("id: x\n\tname: y"))
    with pytest.raises(ScorecardError, match="a colon stands where none can"):
        yaml_tree.read_tree(write("name: a: b"))
