"""Actuals out of a database: the one SELECT in ``actuals.sql``, run read-only and within a time limit.

Where the database is stands in an environment variable, as a URL of SQLAlchemy's: in ``BSCLIB_DATABASE``, or in the one
that the file's first line names, ``-- connection: WAREHOUSE_URL``. Nothing of the URL, nor of what a driver says while
it connects, gets into a message: a URL that is written wrongly breaks apart in the middle of its password.
"""

from __future__ import annotations

import os
import re
import threading
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from bsclib.errors import ActualsError, Fault, suggestion, unreadable

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

VARIABLE = "BSCLIB_DATABASE"
SECONDS = 120.0  # for connecting, the query and its rows together
_CONNECTION = re.compile(r"\s*--\s*connection:\s*(\S+)[ \t]*\r?(?:\n|$)")
_COMMENT = r"--[^\n]*|/\*.*?\*/"
_QUOTED = r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|(?<![\w$])\$(\w*)\$.*?\$\1\$"""
_ASIDE = re.compile(f"{_COMMENT}|{_QUOTED}", re.DOTALL)
_URL = "dialect+driver://user:password@host:port/database"
# What a driver may say when it cannot connect, and what of it is safe to repeat.
_CAUSES = [
    ("password|authentication|access denied|role .* does not exist", "it refuses the user or the password"),
    ("resolve host|translate host|name or service|getaddrinfo", "there is no host of that name"),
    ("refused|timeout|timed out|unreachable", "nothing answers at that host and port"),
    ("lock", "another program is writing to it"),
    ("does not exist|unable to open|no such file|cannot open", "there is no database of that name"),
]


@dataclass
class Answer:
    """What came back from a query: its headings and rows, or the fault instead of them."""

    headings: list[str] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fault: Fault | None = None


def run_query(path: Path) -> Answer:
    """Run the SELECT in a file, read-only; the headings and rows it gives, and notes on the way."""
    text = _decode(path)
    named = _CONNECTION.match(text)
    variable = named[1] if named else VARIABLE
    for fault in (_statement_fault(text), _variable_fault(variable, bool(named)), _missing_library()):
        if fault:
            raise ActualsError(Fault(path.name, **fault))
    answers: list[Answer] = []
    at_work: list[Any] = []
    # In a thread of its own, so that no driver's patience with a host that is silent is longer than ours.
    work = threading.Thread(target=lambda: answers.append(_ask(path.name, variable, text, at_work)), daemon=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what SQLAlchemy and drivers remark, which may be on the URL
        work.start()
        work.join(SECONDS)
    if not answers:
        _interrupt(at_work)
        work.join(2)
        if not at_work:
            what = f"the database did not answer within {SECONDS:g} seconds"
            raise ActualsError(Fault(path.name, what, fix=f"look at host and port in the variable {variable}"))
        fix = "ask for fewer rows, or let the database keep the result as a table"
        raise ActualsError(Fault(path.name, f"the query was stopped after {SECONDS:g} seconds", fix=fix))
    if answers[0].fault:
        raise ActualsError(answers[0].fault)
    return answers[0]


def _decode(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as problem:
        raise ActualsError(unreadable(path, problem)) from problem
    except UnicodeDecodeError:
        raise ActualsError(Fault(path.name, "the file is not in UTF-8", fix="save it again as UTF-8 text")) from None


def _statement_fault(text: str) -> dict[str, str]:
    """What is wrong with a file that should hold one SELECT; the database itself says what is wrong inside it."""
    fix = "write one SELECT that gives kpi, period, actual and perhaps unit, numerator and denominator"
    if "\0" in text:
        return {"what": "this is not a text file", "fix": fix}
    if re.search(r"\\['\"]", text):  # ends the text in one database and not in another
        return {"what": "a backslash stands before a quote", "fix": "write a quote inside quotes twice"}
    # In a quoted text or a comment, a semicolon ends no statement.
    bare = _ASIDE.sub(lambda part: " " if part[0][:2] in ("--", "/*") else "''", text).strip().rstrip("; \t\r\n")
    first = "".join(re.findall(r"^[\s(]*(\w+)", bare)).upper()
    if not bare:
        return {"what": "there is no SELECT in this file", "fix": fix}
    if ";" in bare:
        return {"what": "there are several statements in this file", "allowed": "one SELECT", "fix": "keep one"}
    if first not in ("SELECT", "WITH"):
        return {"what": "this is no SELECT", "got": first or bare[:20], "allowed": "SELECT or WITH", "fix": fix}
    return {}


def _variable_fault(variable: str, named: bool) -> dict[str, str]:
    if not re.fullmatch(r"[A-Za-z_]\w*", variable, re.ASCII):  # perhaps the URL itself, so it is not shown
        what = "the first line should name an environment variable, and nothing else"
        return {"what": what, "fix": "write -- connection: WAREHOUSE_URL, and set that variable to the database's URL"}
    if not os.environ.get(variable, "").strip():
        line = "" if named else ", or name another variable on the first line: -- connection: WAREHOUSE_URL"
        what = f"the environment variable {variable} is not set"
        return {"what": what, "allowed": _URL, "fix": f"set it to the URL of the database{line}"}
    return {}


def _missing_library() -> dict[str, str]:
    try:
        import sqlalchemy  # noqa: F401
    except ImportError:
        return {"what": "reading a database needs SQLAlchemy", "fix": "install it with: pip install 'bsclib[sql]'"}
    return {}


def _ask(name: str, variable: str, statement: str, at_work: list[Any]) -> Answer:
    """Connect, run the statement and take it back; whatever goes wrong is a fault without a word of the URL."""
    from sqlalchemy import make_url

    look = f"look at the variable {variable}: {_URL}, with %40 for an @ in the password and so on"
    try:
        url = make_url(os.environ[variable].strip())
    except Exception:  # what it says may hold the URL
        return Answer(fault=Fault(name, f"the variable {variable} holds no URL of a database", "", _URL))
    try:
        engine = _engine(url)
        connection = engine.connect()
    except Exception as problem:
        return Answer(fault=_connection_fault(name, url, problem, look))
    try:
        with connection:
            at_work.append(connection.connection.driver_connection)
            answer = _fetch(connection, statement)
    except Exception as problem:  # a driver's own errors are of no common kind
        said = str(getattr(problem, "orig", None) or problem).strip().splitlines() or [type(problem).__name__]
        fix = "mend the query; the database only lets it read"
        return Answer(fault=Fault(name, "the database refuses this query", _without_secrets(said[0], url), fix=fix))
    finally:
        engine.dispose()
    return answer


def _engine(url: URL) -> Engine:
    """An engine whose connections can only read, as far as the kind of database has such a thing."""
    from sqlalchemy import NullPool, create_engine

    arguments: dict[str, Any] = {}
    in_memory = url.database in (None, "", ":memory:")
    if url.get_backend_name() == "sqlite" and not in_memory:
        file = url.database if str(url.database).startswith("file:") else Path(str(url.database)).absolute().as_uri()
        url = url.set(database=file).update_query_dict({"mode": "ro", "uri": "true"})
    elif url.get_backend_name() == "duckdb" and not in_memory:
        arguments = {"read_only": True}
    return create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=arguments)


def _fetch(connection: Connection, statement: str) -> Answer:
    kind, notes = connection.dialect.name, []
    if kind == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        # Should this process end before it stops the query; later than it would, so that the answer is always its own.
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {int((SECONDS + 5) * 1000)}")
    elif kind not in ("sqlite", "duckdb"):
        notes = [f"bsclib cannot keep a query on {kind} from writing: use an account that may only read."]
    # Without parameters a % or a : in the query is what it is.
    result = connection.execution_options(no_parameters=True).exec_driver_sql(statement)
    answer = Answer(list(map(str, result.keys())), [tuple(row) for row in result.fetchall()], notes)
    connection.rollback()
    return answer


def _connection_fault(name: str, url: URL, problem: Exception, look: str) -> Fault:
    from sqlalchemy.exc import NoSuchModuleError

    kind = url.drivername
    if isinstance(problem, (NoSuchModuleError, ImportError)):
        what = f"there is no driver for {kind} here"
        install = "install one, such as psycopg[binary] for postgresql or duckdb-engine for duckdb"
        return Fault(name, what, fix=suggestion(kind, ("postgresql", "sqlite", "duckdb", "mysql", "mssql")) or install)
    said = str(problem).casefold()
    cause = next((f": {words}" for pattern, words in _CAUSES if re.search(pattern, said)), "")
    return Fault(name, f"the database cannot be opened{cause}", fix=look)


def _without_secrets(text: str, url: URL) -> str:
    """A message without the password, or whatever else stands after a ? in the URL."""
    values = [value for given in url.query.values() for value in ([given] if isinstance(given, str) else given)]
    secrets = {
        spelt(secret) for secret in [url.password or "", *values] if secret for spelt in (str, quote, quote_plus)
    }
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def _interrupt(at_work: list[Any]) -> None:
    """Tell the driver to stop, so that neither the database nor this computer works on in vain."""
    for driver in at_work:
        stop = getattr(driver, "interrupt", None) or getattr(driver, "cancel", None)
        if stop:
            threading.Thread(target=stop, daemon=True).start()
