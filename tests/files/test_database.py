"""Actuals from SQLite, DuckDB and a real PostgreSQL: what is read, what is refused, and what no message may hold."""

import logging
import math
import re
import socket
import sys
from pathlib import Path
from urllib.parse import quote, quote_plus

import nbformat
import pandas as pd
import pytest
import sqlalchemy
from click.testing import CliRunner
from databases import PASSWORD, running_postgres
from notebooks_made import code, markdown, notebook

from bsclib import read_actuals, read_scorecard, write_scorecard
from bsclib.batch import run_batch, run_report
from bsclib.cli.commands import main
from bsclib.errors import ActualsError
from bsclib.files import database as module
from bsclib.files.scorecards import has_actuals, write_actuals

ROWS = [("", "mttr", "2026-02", 4.0), ("A", "mttr", "2026-01", 4.5), ("A", "mttr", "2026-02", None)]
TABLE = "CREATE TABLE observed (unit VARCHAR(20), kpi VARCHAR(20), period VARCHAR(20), actual DOUBLE PRECISION)"
SECRETS = {PASSWORD, quote(PASSWORD, safe=""), quote_plus(PASSWORD), "p@ss", "w#r", "d?%41"}
SELECT = "SELECT unit, kpi, period, actual FROM observed"


@pytest.fixture(scope="session")
def postgres():
    with running_postgres() as port:
        yield f"postgresql+psycopg://owner:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/postgres"


@pytest.fixture(params=["sqlite", "duckdb", "postgresql"])
def url(request, tmp_path):
    """The URL of a database with the table `observed`."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres")
    else:
        url = f"{request.param}:///{quote(str(tmp_path / 'a # b.db'))}"
    change(url, "DROP TABLE IF EXISTS observed", TABLE)
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        for row in ROWS:
            values = dict(zip(("unit", "kpi", "period", "actual"), row, strict=True))
            connection.execute(sqlalchemy.text("INSERT INTO observed VALUES (:unit, :kpi, :period, :actual)"), values)
    engine.dispose()
    return url


def change(url, *statements):
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture
def ask(tmp_path, monkeypatch):
    """Read the actuals of a folder whose query is this."""

    def read(query, url=None, scorecard=None):
        if url:
            monkeypatch.setenv(module.VARIABLE, url)
        folder = tmp_path / "card"
        folder.mkdir(exist_ok=True)
        (folder / "actuals.sql").write_text(query, encoding="utf-8")
        return read_actuals(folder, scorecard)

    return read


@pytest.fixture
def refused(ask):
    """What is said of a query that is refused; it never holds a part of the password."""

    def read(query, url=None):
        with pytest.raises(ActualsError) as raised:
            ask(query, url)
        chain, said = raised.value, ""
        while chain is not None:  # a traceback that is asked for prints them all
            said += f"{chain!s} {chain!r}"
            chain = chain.__cause__ or chain.__context__
        assert not [secret for secret in SECRETS if secret in said]
        return str(raised.value)

    return read


# ---- what is read ---------------------------------------------------------------------------------------------------


def test_rows_are_read_in_the_order_of_their_keys(ask, url):
    read = ask(SELECT + " ORDER BY period DESC, unit DESC", url)
    assert [tuple(row) for row in read[["unit", "kpi", "period"]].itertuples(index=False)] == [row[:3] for row in ROWS]
    assert read["actual"].tolist()[:2] == [4.0, 4.5]
    assert math.isnan(read["actual"][2])
    change(url, "UPDATE observed SET actual = 5")
    assert ask(SELECT, url)["actual"].tolist() == [5, 5, 5]


def test_a_query_may_look_like_others(ask, url):
    """Comments with semicolons, a percent sign, what looks like a parameter, an end with a semicolon, with WITH."""
    query = """-- of the desk; all of it
    WITH rows_of AS (SELECT * FROM observed WHERE kpi LIKE 'm%' AND ':unit; %s' = ':unit; %s' /* ; */)
    SELECT unit AS "Unit", kpi AS "KPI", period AS "Period", actual AS "Actual" FROM rows_of; -- done;
    """
    assert ask(query, url).equals(ask(SELECT, url))


def test_drivers_types_are_read_as_they_should(ask, url):
    date, stamp = "CAST('2026-03-01' AS DATE)", "CAST('2026-03-01 00:00:00' AS TIMESTAMP)"
    if url.startswith("sqlite"):
        date, stamp = "'2026-03'", "'2026-03'"
    numbers = "CAST(12.50 AS DECIMAL(10, 2)) AS actual, 7 AS numerator, CAST(NULL AS DOUBLE PRECISION) AS denominator"
    for period in (date, stamp):
        read = ask(f"SELECT NULL AS unit, 'k' AS kpi, {period} AS period, {numbers}", url)
        assert read.astype(object).fillna("none").to_numpy().tolist() == [["", "k", "2026-03", 12.5, 7.0, "none"]]
    assert ask("SELECT 'k' AS kpi, 2025 AS period, 1 AS actual", url)["period"].tolist() == ["2025"]


def test_a_date_is_the_one_that_its_zone_shows(ask, postgres):
    zone = "SELECT 'k' AS kpi, '{} 00:00:00'::timestamp AT TIME ZONE 'UTC' AS period, 1 AS actual"
    assert ask(zone.format("2026-03-01"), postgres)["period"].tolist() == ["2026-03"]
    assert ask(zone.format("2026-03-02"), postgres)["period"].tolist() == ["2026-03-02"]


@pytest.mark.parametrize("url", ["duckdb", "postgresql"], indirect=True)  # SQLite has no dates
def test_a_month_is_told_by_all_dates_together(ask, url):
    query = "SELECT 'k' AS kpi, CAST(day AS DATE) AS period, 1 AS actual FROM (VALUES ('2026-01-01'), ('{}')) AS d(day)"
    assert ask(query.format("2026-02-01"), url)["period"].tolist() == ["2026-01", "2026-02"]
    assert ask(query.format("2026-02-02"), url)["period"].tolist() == ["2026-01-01", "2026-02-02"]


def test_no_rows_are_an_empty_table(ask, url):
    assert ask(SELECT + " WHERE 1 = 0", url).empty


def test_months_may_be_columns(ask, url):
    query = """SELECT kpi, MAX(CASE WHEN period = '2026-01' THEN actual END) AS "2026-01" FROM observed GROUP BY kpi"""
    assert ask(query, url)["actual"].tolist() == [4.5]


def test_the_first_line_may_name_the_variable(ask, url, monkeypatch):
    monkeypatch.setenv("WAREHOUSE_URL", f" {url}\n")
    monkeypatch.delenv(module.VARIABLE, raising=False)
    assert len(ask("-- connection: WAREHOUSE_URL\r\n" + SELECT)) == 3


def test_rows_pass_the_checks_of_any_file(refused, url):
    table = "SELECT unit, kpi, period, {} FROM observed"
    assert "actuals.sql, row 1, actual: this is not a number. Got: 'much'" in refused(
        table.format("'much' actual"), url
    )
    assert "actuals.sql, value: there is no column 'value'" in refused(table.format("actual AS value, 1 AS actual"))
    assert "there are no actuals in this table" in refused("SELECT kpi, period FROM observed")
    assert "given twice" in refused(f"{SELECT} UNION ALL {SELECT}")
    said = refused("SELECT kpi, 'March' AS period, 1 AS actual FROM observed WHERE unit = ''")
    assert "actuals.sql, row 1, period: 'March' is not a period" in said
    assert "no KPI is named" in refused("SELECT CAST(NULL AS VARCHAR(9)) AS kpi, '2026' AS period, 1 AS actual")
    assert "this is infinite" in refused("SELECT 'k' AS kpi, '2026' AS period, '1e999' AS actual")


def test_the_example_of_the_page_on_files(ask, tmp_path, monkeypatch):
    page = (Path(__file__).parents[2] / "docs" / "data-contract.md").read_text(encoding="utf-8")
    query = re.search(r"```sql\n(.*?)```", page, re.DOTALL)[1]
    url = f"sqlite:///{tmp_path / 'warehouse.db'}"
    row = "SELECT 'Desk' AS team, 'mttr' AS measure, '2026-05' AS month, 6.5 AS value"
    change(url, f"CREATE TABLE kpi_values AS {row}")
    monkeypatch.setenv("WAREHOUSE_URL", url)
    assert ask(query).iloc[0, :4].tolist() == ["Desk", "mttr", "2026-05", 6.5]


# ---- what is refused ------------------------------------------------------------------------------------------------


def test_a_query_only_reads(refused, ask, url):
    change(url, "DROP TABLE IF EXISTS other")
    for query in (
        "INSERT INTO observed VALUES ('', 'x', '2026', 1)",
        "DROP TABLE observed",
        f"{SELECT}; DROP TABLE observed",
        f"{SELECT}; COMMIT; DROP TABLE observed; --",
        "SELECT E'\\'' ; COMMIT; DROP TABLE observed; -- '",
        "SELECT 1 AS a$$ ; COMMIT; DROP TABLE observed; -- $$",
        "/* /* */ DROP TABLE observed; -- */ SELECT 1",
        "PRAGMA query_only = OFF",
        "WITH gone AS (DELETE FROM observed RETURNING *) SELECT * FROM gone",
        "SELECT * INTO other FROM observed",
        "ATTACH 'x.db' AS x",
        "COPY observed TO 'x.csv'",
        "EXPLAIN ANALYZE DELETE FROM observed",
    ):
        assert refused(query, url).startswith("actuals.sql: ")
    assert len(ask(SELECT, url)) == 3


def test_the_database_itself_keeps_a_query_from_writing(monkeypatch, ask, url):
    """Even where the look at the statement is fooled."""
    monkeypatch.setattr(module, "_statement_fault", lambda _: {})
    with pytest.raises(ActualsError, match=r"the database refuses this query.*read-?only"):
        ask("DELETE FROM observed", url)
    monkeypatch.undo()
    monkeypatch.setenv(module.VARIABLE, url)
    assert len(ask(SELECT)) == 3


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "there is no SELECT in this file"),
        ("-- SELECT 1\n/* nor here */ ;", "there is no SELECT in this file"),
        ("SELECT 1; SELECT 2", "there are several statements in this file. Allowed: one SELECT"),
        ("UPDATE t SET a = 1", "this is no SELECT. Got: UPDATE"),
        ("SELECT 1\0", "this is not a text file"),
        ("-- connection: sqlite:///secret.db\nSELECT 1", "the first line should name an environment variable"),
        ("-- connection: WAREHOUSE\nSELECT 1", "the environment variable WAREHOUSE is not set"),
        ("SELECT 1", "the environment variable BSCLIB_DATABASE is not set"),
    ],
)
def test_files_that_hold_no_query(refused, monkeypatch, query, said):
    monkeypatch.delenv(module.VARIABLE, raising=False)
    assert said in refused(query)
    assert "secret.db" not in refused(query)


def test_the_database_says_what_is_wrong_with_a_query(refused, url):
    assert "the database refuses this query. Got: " in refused("SELECT * FROM nowhere", url)
    assert "nowhere" in refused("SELECT * FROM nowhere", url)
    assert "the database refuses this query. Got: " in refused("SELECT kpi, FROM WHERE", url)


def test_a_query_takes_no_longer_than_it_may(refused, ask, url, monkeypatch):
    monkeypatch.setattr(module, "SECONDS", 0.7)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) AS actual FROM n"
    assert "the query was stopped after 0.7 seconds" in refused(endless, url)
    monkeypatch.setattr(module, "SECONDS", 60)
    assert len(ask(SELECT, url)) == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda url: url.replace(quote(PASSWORD, safe=""), "wrong"), "it refuses the user or the password"),
        (lambda url: url.replace("owner:", "nobody:"), "it refuses the user or the password"),
        (lambda url: url.replace(quote(PASSWORD, safe=""), PASSWORD), ""),
        (lambda url: url.replace("127.0.0.1", "nowhere.invalid"), "there is no host of that name"),
        (lambda url: url.rpartition(":")[0] + ":1/postgres", "nothing answers at that host and port"),
        (lambda url: url + "-none", "there is no database of that name"),
        (lambda url: url.replace("postgresql+psycopg", "postgres"), "did you mean 'postgresql'"),
        (lambda url: url.replace("psycopg", "pg8000"), "there is no driver for postgresql+pg8000 here"),
        (lambda url: url.replace("postgresql+psycopg", "nodb"), "there is no driver for nodb here"),
        (lambda url: PASSWORD, "holds no URL of a database"),
        (lambda url: "postgresql://owner:p@ss@h:port/x", "holds no URL of a database"),
        (lambda url: "sqlite://owner:p@ss/w#r", ""),
        (lambda url: "sqlite:////no/such/folder/p@ss.db", "there is no database of that name"),
        (lambda url: "duckdb:////no/such/folder/p@ss.db", "there is no database of that name"),
    ],
)
def test_no_word_of_the_url_gets_into_a_message(refused, postgres, caplog, capfd, change, said):
    with caplog.at_level(logging.DEBUG):
        assert said in refused(SELECT, change(postgres))
    for place in (caplog.text, *capfd.readouterr()):
        assert not [secret for secret in SECRETS if secret in place]


def test_a_host_that_says_nothing_is_not_waited_for(refused, monkeypatch):
    monkeypatch.setattr(module, "SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg://owner:{quote(PASSWORD, safe='')}@127.0.0.1:{silent.getsockname()[1]}/x"
        assert "the database did not answer within 0.5 seconds" in refused(SELECT, url)


def test_a_database_that_repeats_the_password_does_not_get_it_printed(refused, postgres):
    said = refused("SELECT CAST('{}' AS INTEGER) AS actual".format(PASSWORD.replace("'", "''")), postgres)
    assert 'invalid input syntax for type integer: "***"' in said


def test_without_sqlalchemy_one_sentence_says_so(refused, monkeypatch):
    monkeypatch.setenv(module.VARIABLE, "sqlite://")
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    fix = "Fix: install it with: pip install 'bsclib[sql]'."
    assert refused(SELECT) == f"actuals.sql: reading a database needs SQLAlchemy. {fix}"


def test_a_file_in_another_encoding(tmp_path):
    (tmp_path / "actuals.sql").write_bytes("-- Bürotik\nSELECT 1".encode("cp1252"))
    with pytest.raises(ActualsError, match=r"actuals\.sql: the file is not in UTF-8"):
        read_actuals(tmp_path)
    (tmp_path / "actuals.sql").write_bytes(b"\xef\xbb\xbfSELECT 1; SELECT 2")
    with pytest.raises(ActualsError, match="several statements"):
        read_actuals(tmp_path)


# ---- in a folder ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("other", ["actuals.csv", "actuals.parquet"])
def test_two_places_of_actuals_are_one_too_many(ask, tmp_path, other):
    write_actuals(pd.DataFrame({"kpi": ["k"], "period": ["2026"], "actual": [1]}), tmp_path / "card" / other)
    with pytest.raises(
        ActualsError, match=rf"two files of actuals\. Got: {other} and actuals\.sql\. Fix: keep the one"
    ):
        ask(SELECT)


def test_nothing_is_written_where_actuals_come_from_a_database(tmp_path):
    (tmp_path / "actuals.sql").write_text(SELECT)
    actuals, card = read_actuals("enterprise"), read_scorecard("enterprise")
    assert has_actuals(tmp_path)
    with pytest.raises(ActualsError, match="come from a database, and are not written there"):
        write_actuals(actuals, tmp_path)
    with pytest.raises(ActualsError, match="come from a database"):
        write_scorecard(card, tmp_path, actuals)
    assert [file.name for file in tmp_path.iterdir()] == ["actuals.sql"]
    write_scorecard(card, tmp_path)
    with pytest.raises(ActualsError, match=r"a file that ends in \.sql"):
        write_actuals(actuals, tmp_path / "other.sql")


def test_postgresql_to_scores(postgres, tmp_path, monkeypatch):
    """A warehouse that keeps months as the moment each begins gives the scores that the file gives."""
    card, actuals = read_scorecard("lakeside"), read_actuals("lakeside")
    monthly = actuals[actuals["period"].astype(str).str.fullmatch(r"\d{4}-\d\d")].astype({"unit": str, "kpi": str})
    write_scorecard(card, tmp_path / "file", monthly.reset_index(drop=True))
    write_scorecard(card, tmp_path / "warehouse")
    begins = pd.to_datetime(monthly["period"].astype(str)).dt.tz_localize("UTC")
    engine = sqlalchemy.create_engine(postgres)
    monthly.assign(period=begins).to_sql("facts", engine, index=False, if_exists="replace")
    engine.dispose()
    columns = "unit, kpi, date_trunc('month', period) AS period, actual, numerator, denominator"
    (tmp_path / "warehouse" / "actuals.sql").write_text(f"-- connection: WAREHOUSE_URL\nSELECT {columns} FROM facts")
    monkeypatch.setenv("WAREHOUSE_URL", postgres)
    printed = [
        CliRunner().invoke(main, ["score", str(tmp_path / place), "--format", "csv"]) for place in ("file", "warehouse")
    ]
    assert [one.exit_code for one in printed] == [0, 0], printed[1].output
    assert printed[0].stdout == printed[1].stdout


@pytest.mark.slow
@pytest.mark.system
def test_reports_read_it_afresh_and_hold_no_secret(postgres, tmp_path, monkeypatch):
    cell = "from bsclib import read_actuals\nprint('it is', read_actuals(scorecard)['actual'].sum())"
    asks = notebook(markdown("# Report"), code("scorecard: str = ''\nunit: str = ''", "parameters"), code(cell))
    nbformat.write(asks, tmp_path / "asks.ipynb")
    write_scorecard(read_scorecard("enterprise"), tmp_path / "card")
    (tmp_path / "card" / "actuals.sql").write_text("SELECT kpi, period, actual FROM facts")
    change(postgres, "DROP TABLE IF EXISTS facts", "CREATE TABLE facts AS SELECT 'k' kpi, '2026-01' period, 17 actual")
    monkeypatch.chdir(tmp_path)

    def reports(url):
        monkeypatch.setenv(module.VARIABLE, url)
        rows = [{"scorecard": "card", "unit": unit} for unit in "ab"]
        made = run_batch("asks.ipynb", "out", rows, formats=["ipynb", "html"], resume=True, workers=1)
        return made["state"].tolist()

    assert reports(postgres) == ["done", "done"]
    assert "it is 17.0" in (tmp_path / "out" / "a.html").read_text(encoding="utf-8")
    assert reports(postgres) == ["kept", "kept"]
    change(postgres, "UPDATE facts SET actual = 18")
    assert reports(postgres) == ["done", "done"]
    assert "it is 18.0" in (tmp_path / "out" / "b.html").read_text(encoding="utf-8")
    run_report("asks.ipynb", "single", {"scorecard": "card"}, formats=["html", "ipynb"])
    assert "it is 18.0" in (tmp_path / "single" / "index.html").read_text(encoding="utf-8")
    assert reports(postgres.replace(quote(PASSWORD, safe=""), PASSWORD)) == ["failed", "failed"]
    files = [file for place in ("out", "single") for file in (tmp_path / place).rglob("*") if file.is_file()]
    assert len(files) > 8
    for secret in (*SECRETS, "owner", postgres.rpartition(":")[2]):
        assert [file.name for file in files if secret in file.read_text(encoding="utf-8", errors="replace")] == []
