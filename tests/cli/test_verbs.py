"""How the command tells what went wrong; what each verb does is in test_main."""

import errno
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bsclib.cli import verbs
from bsclib.cli.verbs import FOLDER, FOR_EXCEL, PERIOD, Verbs, echo, examples, form_option
from bsclib.errors import BscError, UnknownNameError


def run(problem, *arguments):
    """What a command of one verb says that meets a problem."""

    @click.group(cls=Verbs)
    @click.option("--debug", is_flag=True)
    def main(debug):
        pass

    @main.command(epilog=examples("bsc meet  this"))
    @form_option
    def meet(form):
        if problem:
            raise problem
        click.echo(form)

    return CliRunner().invoke(main, arguments or ["meet"])


@pytest.mark.parametrize(
    ("problem", "code", "said"),
    [
        (BscError("the data are wrong"), 1, "Error: the data are wrong"),
        (UnknownNameError("there is no such name"), 2, "Error: there is no such name"),
        (ZeroDivisionError("of ours"), 3, "a fault of bsc itself"),
        (KeyboardInterrupt(), 130, ""),
        (click.UsageError("no"), 2, "Error: no"),
    ],
)
def test_each_kind_of_problem_has_its_exit_code(problem, code, said):
    done = run(problem)
    assert done.exit_code == code
    assert said in done.stderr
    assert done.stdout == ""


def test_debug_lets_the_traceback_through():
    assert isinstance(run(BscError("x"), "--debug", "meet").exception, BscError)


def test_the_form_is_one_of_three():
    assert run(None).stdout == "table\n"
    assert run(None, "meet", "--format", "json").stdout == "json\n"
    assert run(None, "meet", "--format", "xml").exit_code == 2


def test_what_excel_opens_is_csv():
    assert run(None, "meet", "--format", "csv", "--for-excel").stdout == f"{FOR_EXCEL}\n"
    assert "--for-excel goes with --format csv" in run(None, "meet", "--for-excel").stderr


def test_words_of_others_do_not_steer_the_terminal(capsys):
    echo("\x1b[31mred \u202eturned\ttab\nline")
    assert capsys.readouterr().out == r"\x1b[31mred \u202eturned\ttab" + "\nline\n"
    assert run(RuntimeError("\x1b[31m")).stderr.startswith(r"Error: RuntimeError: \x1b[31m")
    assert r"Error: no \x1b[31m" in run(click.UsageError("no \x1b[31m")).stderr
    assert r"unexpected extra argument (\x1b[31m)" in run(None, "meet", "\x1b[31m").stderr
    assert r"No such command '\x1b[31m'" in run(None, "\x1b[31m").stderr


def test_every_verb_prints_through_it():
    rooms = Path(verbs.__file__).parent.glob("*.py")
    printed = {
        (file.name, word)
        for file in rooms
        for word in re.findall(
            r"(?<![\w.])(?:click\.(?:secho|echo)|print|sys\.std(?:out|err)\.write)\(", file.read_text()
        )
    }
    assert printed == {("verbs.py", "click.echo(")}


def test_examples_keep_their_lines():
    assert "Examples:\n    bsc meet  this" in run(None, "meet", "--help").stdout


def test_a_folder_need_not_be_there(tmp_path):
    assert FOLDER(str(tmp_path)) == tmp_path
    assert FOLDER(str(tmp_path / "a" / "b")) == tmp_path / "a" / "b"


def test_a_folder_is_no_file_and_under_none(tmp_path):
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "a" / "b"):
        with pytest.raises(click.BadParameter, match=r"file is a file, not a folder\."):
            FOLDER(str(path))


def test_a_name_no_folder_could_have():
    with pytest.raises(click.BadParameter, match="File name too long"):
        FOLDER("x" * 5000)


def test_a_period_is_kept_as_it_is_written():
    assert PERIOD("2026-Q2") == "2026-Q2"
    with pytest.raises(click.BadParameter, match="'June' is not a period: write 2024"):
        PERIOD("June")


def test_a_reader_that_has_gone_is_no_fault_of_ours(monkeypatch):
    """As Windows puts it: an invalid argument, of no file."""
    monkeypatch.setattr(verbs.sys, "platform", "win32")
    gone = run(OSError(errno.EINVAL, "Invalid argument"))
    assert (gone.exit_code, gone.stderr) == (1, "")
    assert run(OSError(errno.EINVAL, "Invalid argument", "a:b.csv")).exit_code == 3
