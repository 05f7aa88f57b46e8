"""The first page: computed numbers that lead to their rows, and what to do next."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from tests.web.insight.conftest import As
from tests.world import World

from ryorin.alignment.goals.actions import set_target
from ryorin.insight.lake.actions import catch_up
from ryorin.lib import clock
from ryorin.sales.deals.actions import change_deal
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation


def test_an_empty_company_is_shown_the_next_three_steps(as_: As, kimura: Member) -> None:
    Organisation.objects.create(name="両輪工業株式会社")
    page = as_(kimura).get("/").content.decode()

    assert page.count("step-mark") == 3
    assert all(f'href="{path}' in page for path in ("/imports", "/settings/website", "/goals"))


def test_every_number_of_the_wheels_leads_to_rows_that_are_there(as_: As, world: World) -> None:
    catch_up()
    browser = as_(world.sato)
    page = unescape(browser.get("/").content.decode())

    links = set(re.findall(r'href="(/(?:metrics|funnel|handoffs|goals)[^"]*)"', page))
    assert len([link for link in links if link.startswith("/metrics/")]) >= 10
    assert {link: browser.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_rings_show_what_the_targets_have_reached_and_without_targets_nothing(as_: As, world: World) -> None:
    catch_up()
    page = as_(world.tamura).get("/")
    assert page.context["sowing"].big == "–"
    assert "目標を決める" in page.content.decode()

    month = clock.today("Asia/Tokyo").replace(day=1)
    for name in ("leads", "visits", "qualified_leads"):
        set_target(name, month, Decimal(2), by=world.tamura)
    page = as_(world.tamura).get("/")
    assert page.context["sowing"].rings[1] is not None


def test_next_actions_hold_tasks_waiting_handoffs_and_next_steps_the_most_urgent_first(as_: As, world: World) -> None:
    yesterday = clock.today("Asia/Tokyo") - timedelta(days=1)
    change_deal(world.deal, by=world.sato, version=None, next_action="電話する", next_action_on=yesterday)

    actions = as_(world.sato).get("/").context["actions"]

    assert [action.kind for action in actions] == ["deal", "handoff", "task"]
    assert actions[0].is_overdue
    assert as_(world.mei).get("/").context["actions"] == []


def test_a_ticked_task_is_gone_and_can_be_undone(as_: As, world: World) -> None:
    browser = as_(world.sato)
    page = browser.get("/").content.decode()
    finish = re.search(r'hx-post="(/tasks/\d+/finish)"', page)
    assert finish

    answer = browser.post(finish[1], headers={"HX-Request": "true"})
    assert "undo" in answer.headers["HX-Trigger"]
    assert "見積を送る" not in browser.get("/").content.decode()

    browser.post(f"/tasks/{world.task.pk}/reopen")
    assert "見積を送る" in browser.get("/").content.decode()


def test_the_funnel_of_the_quarter_counts_as_the_wheels_do(as_: As, world: World) -> None:
    catch_up()
    page = as_(world.mei).get("/")
    counts = {step["stage"]: step["count"] for step in page.context["steps"]}
    leads = next(line for line in page.context["sowing"].lines if str(line.label) == "獲得リード数")

    assert leads.value == str(counts["lead"])


def test_a_second_view_asks_history_nothing(as_: As, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    catch_up()
    browser = as_(world.sato)
    browser.get("/")

    def asked(*_arguments: object) -> None:
        raise AssertionError("history was asked again")

    monkeypatch.setattr("ryorin.insight.metrics.queries.answer", asked)
    for module in ("counting", "waiting", "raising"):
        monkeypatch.setattr(f"ryorin.alignment.funnel.queries.{module}.answer", asked)
    assert browser.get("/").status_code == 200
