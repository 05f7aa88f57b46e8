"""Access logs: what a line tells, and a real log of ten thousand lines."""

import gzip
import re
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.connectors.weblogs.actions import import_log
from ryorin.connectors.weblogs.errors import LogUnreadable
from ryorin.connectors.weblogs.rules import Sort, read_line
from ryorin.customers.timeline.rules import verdict_of
from ryorin.insight.lake.queries import table
from ryorin.insight.metrics.queries import by_day
from ryorin.workspace.members.errors import NotAllowed

LINE = (
    '203.0.113.7 - - [17/May/2015:10:05:03 +0900] "GET {path} HTTP/1.1" {status} 203023 '
    '"https://www.google.com/" "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36"'
)


def line(path: str = "/", *, status: int = 200, clock: str = "10:05:03") -> str:
    return LINE.format(path=path, status=status).replace("10:05:03", clock)


@pytest.fixture
def log(tmp_path):
    def write(*lines: str, packed: bool = False):
        path = tmp_path / ("access.log.gz" if packed else "access.log")
        data = ("\n".join(lines) + "\n").encode()
        path.write_bytes(gzip.compress(data) if packed else data)
        return path

    return write


def test_a_line_tells_who_when_what_and_from_where():
    hit = read_line(line("/pricing?x=1"))

    assert hit is not None
    assert hit.at == datetime(2015, 5, 17, 1, 5, 3, tzinfo=UTC)
    assert (hit.path, hit.sort, hit.referrer) == ("/pricing?x=1", Sort.PAGE, "https://www.google.com/")


@pytest.mark.parametrize(
    ("path", "status", "sort"),
    [
        ("/", 200, Sort.PAGE),
        ("/case/kensa", 304, Sort.PAGE),
        ("/style.css?v=2", 200, Sort.ASSET),
        ("/catalogue.PDF", 200, Sort.DOCUMENT),
        ("/gone", 404, Sort.ERROR),
        ("/moved", 301, Sort.OTHER),
    ],
)
def test_pages_and_documents_are_told_from_the_rest(path, status, sort):
    hit = read_line(line(path, status=status))

    assert hit is not None
    assert hit.sort is sort


def test_a_line_that_was_cut_off_still_tells_what_it_can():
    hit = read_line(line().removesuffix('"'))

    assert hit is not None
    assert hit.agent.startswith("Mozilla/5.0")


@given(st.text())
def test_any_line_is_read_or_passed_over(text):
    read_line(text)
    read_line(f'1.1.1.1 - - [31/Feb/2015:25:61:00 +0000] "{text}" 200 1')


@pytest.mark.django_db
def test_half_an_hour_of_silence_begins_another_visit(log):
    import_log(log(line(clock="10:00:00"), line("/a", clock="10:29:00"), line("/b", clock="11:00:01")))

    sessions = table("touchpoints").session.nunique().to_pyarrow().as_py()
    assert sessions == 2


@pytest.mark.django_db
def test_a_packed_log_again_changes_nothing(log):
    path = log(line(), line(), line("/a"), packed=True)

    first, second = import_log(path), import_log(path)

    assert (first.lines, first.page_views, first.new) == (3, 3, 3)
    assert second.new == 0
    assert table("touchpoints").count().to_pyarrow().as_py() == 3


@pytest.mark.django_db
def test_lines_that_cannot_be_read_are_named_and_the_rest_is_taken(log):
    report = import_log(log(line(), "what is this", line("/a")))

    assert (report.new, report.bad, report.bad_lines) == (2, 1, [2])


@pytest.mark.django_db
def test_the_address_of_the_visitor_is_not_kept(log):
    import_log(log(line()))

    row = table("touchpoints").to_pyarrow().to_pylist()[0]
    assert "203.0.113.7" not in str(row)


@pytest.mark.django_db
def test_what_is_no_log_is_refused(log, tmp_path):
    with pytest.raises(LogUnreadable):
        import_log(log("a,b,c", "1,2,3"))
    broken = tmp_path / "broken.gz"
    broken.write_bytes(gzip.compress(b"x" * 5000)[:40])
    with pytest.raises(LogUnreadable):
        import_log(broken)


@pytest.mark.django_db
def test_somebody_who_only_reads_may_not_import(log, sato):
    sato.role = "read_only"
    with pytest.raises(NotAllowed):
        import_log(log(line()), by=sato)


BY_HAND = r"""
WITH lines AS (
  SELECT regexp_extract(line, '^(\S+) ', 1) AS ip,
    strptime(regexp_extract(line, '\[([^\]]+)\]', 1), '%d/%b/%Y:%H:%M:%S %z') AS moment,
    regexp_extract(line, '"([A-Z]+) (\S*)', 1) AS method,
    split_part(regexp_extract(line, '"([A-Z]+) (\S*)', 2), '?', 1) AS path,
    CAST(regexp_extract(line, '" (\d{3}) ', 1) AS INT) AS status,
    regexp_extract(line, '"([^"]*)"?$', 1) AS agent
  FROM read_csv($file, columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', escape = '', header = false)
), hits AS (
  SELECT *, CAST(moment AT TIME ZONE 'Asia/Tokyo' AS DATE) AS day,
    moment - lag(moment) OVER (PARTITION BY ip, agent ORDER BY moment) AS gap
  FROM lines
  WHERE method = 'GET' AND (status < 300 OR status = 304) AND starts_with(path, '/')
    AND NOT regexp_matches(path, $assets, 'i')
), visits AS (
  SELECT *, sum(CASE WHEN gap IS NULL OR gap > INTERVAL 30 MINUTE THEN 1 ELSE 0 END)
    OVER (PARTITION BY ip, agent ORDER BY moment ROWS UNBOUNDED PRECEDING) AS visit
  FROM hits
)
SELECT day, count(DISTINCT (ip, agent, visit)) FROM visits
WHERE NOT regexp_matches(path, $documents, 'i') AND agent NOT IN (SELECT unnest($machines))
GROUP BY day ORDER BY day
"""
ASSETS = (
    r"\.(css|js|mjs|map|png|jpe?g|gif|svg|ico|webp|avif|bmp|woff2?|ttf|eot|otf"
    r"|mp4|webm|mp3|wav|swf|json|xml|rss|atom|txt)$"
)
DOCUMENTS = r"\.(pdf|zip|gz|tgz|bz2|xz|7z|rar|tar|iso|exe|msi|dmg|deb|rpm|jar|docx?|xlsx?|pptx?|csv)$"


@pytest.mark.django_db
def test_visits_by_day_of_a_real_log_agree_with_a_query_by_hand(data):
    path = data / "apache_logs" / "apache_logs"

    report = import_log(path, site="http://www.semicomplete.com")

    assert report.lines == 10_000
    assert report.page_views + report.downloads + report.assets + report.errors + report.other + report.bad == 10_000
    assert report.new == report.page_views + report.downloads
    assert 0 < report.machines < report.new
    visits = by_day("visits", start=date(2015, 5, 1), end=date(2015, 6, 1))
    assert {day: int(count) for day, count in visits.items()} == by_hand(path)


def by_hand(path: Path) -> dict[date, int]:
    """Visits by day: half an hour apart by address and agent, counted where a person saw a page."""
    agents = set(re.findall(r'"([^"]*)"?$', path.read_text("utf-8", "replace"), re.MULTILINE))
    machines = [agent for agent in agents if is_machine(agent)]
    asked = {"file": str(path), "machines": machines, "assets": ASSETS, "documents": DOCUMENTS}
    return dict(duckdb.execute(BY_HAND, asked).fetchall())


def is_machine(agent: str) -> bool:
    return verdict_of("" if agent == "-" else agent) == "machine"
