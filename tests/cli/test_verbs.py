"""How the command tells what went wrong; what each verb does is in test_main."""

import click
import pytest
from click.testing import CliRunner

from bsclib.cli.verbs import Verbs, examples, form_option
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


def test_examples_keep_their_lines():
    assert "Examples:\n    bsc meet  this" in run(None, "meet", "--help").stdout
