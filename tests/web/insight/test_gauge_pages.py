"""The funnel, the KPI board, targets, charts, and the rows behind a number."""

import json
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from tests.web.insight.conftest import As
from tests.world import LAST_MONDAY, World

from ryorin.alignment.goals.models import Goal
from ryorin.alignment.spending.actions import Spent, record_spending
from ryorin.customers.people.actions import create_person
from ryorin.insight.lake.actions import catch_up

NOVEMBER = "from=2026-11-01&to=2026-11-30"


@pytest.fixture
def history(world: World) -> World:
    catch_up()
    return world


def test_the_rows_behind_leads_are_the_people_themselves(as_: As, history: World) -> None:
    page = as_(history.mei).get(f"/metrics/leads/rows?{NOVEMBER}")
    text = unescape(page.content.decode())

    assert page.context["value"] == "1"
    assert "安達 栄太" in text
    assert "期間中に初めてリードになった人の数" in text
    listed = as_(history.mei).get(page.context["list_url"]).content.decode()
    assert "安達 栄太" in listed


def test_rows_one_may_not_see_are_counted_but_not_shown(as_: As, history: World) -> None:
    page = as_(history.kato).get(f"/metrics/leads/rows?{NOVEMBER}")

    assert (page.context["value"], page.context["hidden"], page.context["rows"]) == ("1", 1, [])
    assert "安達" not in page.content.decode()


@pytest.mark.parametrize(
    "name", ["visits", "costs", "revenue", "close_rate", "acceptance_rate", "deals_opened", "average_order_value"]
)
def test_every_kind_of_row_has_its_page_also_without_rows(as_: As, history: World, name: str) -> None:
    browser = as_(history.mei)

    assert browser.get(f"/metrics/{name}/rows?{NOVEMBER}").status_code == 200
    assert browser.get(f"/metrics/{name}/rows?from=2001-01-01&to=2001-01-31").status_code == 200


def test_a_part_of_a_breakdown_has_its_own_value_and_rows(as_: As, history: World) -> None:
    create_person(
        by=history.mei, at=LAST_MONDAY, source_channel="search", family_name="佐伯", email="s@morikawa.example"
    )
    catch_up()

    page = as_(history.mei).get(f"/metrics/leads/rows?{NOVEMBER}&by=channel&key=search")
    text = page.content.decode()

    assert (page.context["value"], page.context["part"]) == ("1", "チャネル：検索広告")
    assert "佐伯" in text
    assert "安達" not in text


def test_what_no_address_should_ask_is_refused_in_words(as_: As, history: World) -> None:
    browser = as_(history.mei)

    assert browser.get("/metrics/happiness").status_code == 404
    assert browser.get("/metrics/leads/rows?by=weather").status_code == 400
    assert browser.get("/funnel/people?stage=friend").status_code == 404
    assert browser.get("/funnel/people?by=owner").status_code == 400
    assert browser.get("/metrics/leads/rows?from=nonsense&to=9999-99-99&key=x&by=campaign").status_code == 200
    assert browser.get("/goals?grain=decade&at=0001-01-01").status_code == 200


def test_the_funnel_leads_each_number_to_its_people(as_: As, history: World) -> None:
    browser = as_(history.mei)
    for reading in ("cohort", "events"):
        page = browser.get(f"/funnel?at=2026-11-16&grain=month&reading={reading}")
        lead = next(line for line in page.context["steps"] if line["step"].stage == "lead")
        people = browser.get(lead["url"])

        assert lead["step"].count == 1
        assert "安達 栄太" in unescape(people.content.decode())
    assert page.context["parts"][0]["name"] == "展示会・セミナー"


def test_a_month_without_leads_says_so(as_: As, history: World) -> None:
    assert "リードになった人はいません" in as_(history.mei).get("/funnel?at=2020-01-01&grain=month").content.decode()


def test_the_board_shows_thirteen_kpis_for_any_length_of_period(as_: As, history: World) -> None:
    for grain in ("month", "quarter", "half", "year"):
        page = as_(history.ono).get(f"/goals?at=2026-11-16&grain={grain}")
        leads = next(row for row in page.context["rows"] if row["metric"].name == "leads")

        assert (len(page.context["rows"]), leads["value"]) == (13, "1")


def test_a_leader_sets_a_target_in_the_grid(as_: As, history: World) -> None:
    browser = as_(history.tamura)
    answer = browser.post("/goals/targets/leads", {"month": "2026-11-01", "value": "４０"}, headers={"HX-Request": "1"})

    assert "targets-changed" in json.loads(answer.headers["HX-Trigger"])
    assert Goal.objects.get().value == 40
    leads = next(row for row in browser.get("/goals?at=2026-11-16").context["rows"] if row["metric"].name == "leads")
    assert (leads["target"], leads["share"]) == ("40", 1 / 40)
    browser.post("/goals/targets/leads", {"month": "2026-11-01", "value": ""})
    assert not Goal.objects.standing().exists()


def test_a_year_is_spread_over_its_months_money_in_whole_parts_rates_the_same(as_: As, history: World) -> None:
    browser = as_(history.tamura)
    browser.post("/goals/targets/revenue", {"month": "2026-11-01", "value": "10,000,000", "whole": "1"})
    browser.post("/goals/targets/close_rate", {"month": "2026-11-01", "value": "40%", "whole": "1"})

    months = Goal.objects.filter(grain="month")
    revenue = list(months.filter(metric="revenue").values_list("start", "value"))
    assert (revenue[0][0], revenue[-1][0]) == (date(2026, 4, 1), date(2027, 3, 1))
    assert sum(value for _month, value in revenue) == 10_000_000
    assert all(value == int(value) for _month, value in revenue)
    assert set(months.filter(metric="close_rate").values_list("value", flat=True)) == {Decimal("0.4")}
    grid = browser.get("/goals/targets?at=2026-11-01").context["rows"]
    assert next(row for row in grid if row["metric"].name == "close_rate")["whole"] == "40"


@pytest.mark.parametrize("value", ["many", "-1", "NaN", "1e99"])
def test_a_target_that_is_no_number_is_refused(as_: As, history: World, value: str) -> None:
    answer = as_(history.tamura).post("/goals/targets/leads", {"month": "2026-11-01", "value": value})

    assert answer.status_code == 400
    assert not Goal.objects.exists()


def test_others_read_the_targets_and_cannot_set_them(as_: As, history: World) -> None:
    browser = as_(history.mei)

    assert "hx-post" not in browser.get("/goals/targets").content.decode().split('id="targets"')[1].split("</table>")[0]
    assert browser.post("/goals/targets/leads", {"month": "2026-11-01", "value": "4"}).status_code == 403


def test_a_chart_has_the_year_before_its_rows_and_its_file(as_: As, history: World) -> None:
    browser = as_(history.mei)
    chart = browser.get("/metrics/leads?at=2026-11-01").context["chart"]

    assert [line["name"] for line in chart["series"]] == ["2026年度", "2025年度"]
    assert chart["series"][0]["values"][7] == 1
    assert browser.get(chart["series"][0]["links"][7]).context["value"] == "1"
    file = browser.post("/chart-file/", {"data": json.dumps(chart), "format": "csv"})
    assert "2026/11" in file.content.decode("utf-8-sig")


def test_the_parts_of_a_chart_add_up_to_the_whole(as_: As, history: World) -> None:
    for number in range(8):
        create_person(by=history.mei, at=LAST_MONDAY, source_channel=f"way{number}", family_name=f"人{number}")
    catch_up()

    chart = as_(history.mei).get("/metrics/leads?at=2026-11-01&by=channel").context["chart"]

    assert sum(line["values"][7] for line in chart["series"]) == 9
    assert chart["series"][-1]["name"] == "その他"


def test_what_a_team_costs_is_for_those_who_see_what_was_entered(as_: As, history: World) -> None:
    record_spending([Spent(date(2026, 11, 1), history.tokyo.pk, "people", 400_000)], by=history.tamura)
    catch_up()
    part = f"/metrics/people_costs/rows?{NOVEMBER}&by=team&key={history.tokyo.pk}"

    assert as_(history.tamura).get(part).context["value"] == "¥400,000"
    refused = as_(history.sato).get(part)
    assert refused.status_code == 400 and "400,000" not in refused.content.decode()
    page = as_(history.sato).get("/metrics/people_costs?by=team")
    assert (page.context["breakdowns"], page.context["by"]) == ([], "")
    assert as_(history.sato).get(f"/metrics/people_costs/rows?{NOVEMBER}").context["value"] == "¥400,000"
