"""The forecast and after-follow as their pages say it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.world import World

from ryorin.alignment.goals.actions import set_target
from ryorin.lib import clock
from ryorin.sales.aftercare.actions import create_plan, start_by_hand, start_using
from ryorin.sales.aftercare.models import FollowUpPlan, FollowUpStep, QuietCustomer
from ryorin.sales.deals.actions import change_deal, open_deal, win_deal
from ryorin.sales.forecast.actions import learn_daily
from ryorin.sales.forecast.models import Commit, Quota, YomiMeaning
from ryorin.workspace.members.models import Member
from ryorin.workspace.tasks.models import Task


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def tamura(world: World) -> Client:
    return signed_in(world.tamura)


def test_the_page_shows_target_won_and_forecast_in_the_unit_asked_for(world: World, tamura: Client) -> None:
    won = open_deal(by=None, name="保守", amount=12_340_000, owner=world.sato, company=world.acme)
    win_deal(won, by=None)
    set_target("revenue", clock.today(), Decimal(20_000_000), by=world.tamura)
    change_deal(world.deal, by=None, version=None, yomi="a", expected_close_on=clock.today())
    page = tamura.get("/forecast/?grain=month").content.decode()
    for text in ("20,000", "12,340", "3,800", "▲", "62%"):
        assert text in page, text
    assert "12.3" in tamura.get("/forecast/?grain=month&unit=million").content.decode()
    assert "12,340,000" in tamura.get("/forecast/?grain=month&unit=yen").content.decode()


@pytest.mark.parametrize("by", ["owner", "team", "product", "pipeline"])
@pytest.mark.parametrize("grain", ["month", "quarter", "half", "year"])
def test_every_part_and_period_has_its_page(world: World, tamura: Client, by: str, grain: str) -> None:
    answer = tamura.get("/forecast/", {"by": by, "grain": grain})
    assert answer.status_code == 200 and "検査ラインの更新" not in answer.content.decode()


def test_a_number_opens_its_deals_with_their_chance(world: World, tamura: Client) -> None:
    day = clock.today()
    asked = {"what": "open", "from": day.isoformat(), "to": (day + timedelta(days=40)).isoformat()}
    page = tamura.get("/forecast/deals/", asked | {"by": "owner", "key": world.sato.pk}).content.decode()
    assert "検査ラインの更新" in page and "%" in page and "佐藤 健" in page
    assert "検査ラインの更新" not in tamura.get("/forecast/deals/", asked | {"by": "owner", "key": ""}).content.decode()
    for wrong in ({"what": "q"}, {"from": "2026-13-01"}, {"by": "owner", "key": "x"}, {"by": "owner", "key": "9" * 18}):
        assert tamura.get("/forecast/deals/", asked | wrong).status_code == 404


def test_the_other_team_sees_its_own_forecast_only(world: World) -> None:
    change_deal(world.deal, by=None, version=None, amount=77_777_000, yomi="a", expected_close_on=clock.today())
    assert "77,777" in signed_in(world.sato).get("/forecast/").content.decode()
    assert "77,777" not in signed_in(world.kato).get("/forecast/").content.decode()


def test_a_commit_made_on_an_old_page_is_refused_with_a_message(world: World) -> None:
    client = signed_in(world.sato)
    address = f"/forecast/commits/{world.sato.pk}/"
    first = {"month": "2026-11-01", "amount": "3,000,000", "comment": "内示", "after": "0"}
    assert client.post(address, first).status_code == 302
    again = client.post(address, first | {"amount": "1"})
    assert again.status_code == 422 and "ほかの人が先に" in again.content.decode()
    assert client.post(address, first | {"amount": "9" * 30}).status_code == 422
    assert client.post(address, first | {"amount": "三百万円"}).status_code == 422
    assert Commit.objects.count() == 1


def test_quotas_are_typed_into_a_grid(world: World, tamura: Client) -> None:
    address = f"/forecast/quotas/member/{world.sato.pk}/"
    assert tamura.post(address, {"month": "2026-11-01", "value": "12,000,000", "whole": "1"}).status_code == 302
    assert Quota.objects.count() == 12
    assert "1,000,000" in tamura.get("/forecast/quotas/?at=2026-11-01").content.decode()
    tamura.post(address, {"month": "2026-11-01", "value": ""})
    assert Quota.objects.count() == 11
    for value, month in (("abc", "2026-11-01"), ("5", "november")):
        assert tamura.post(address, {"month": month, "value": value}).status_code == 400
    tamura.post(f"/forecast/quotas/product/{world.product.pk}/", {"month": "2026-11-01", "value": "5"})
    assert Quota.objects.filter(product=world.product).count() == 1


def test_what_a_yomi_means_is_changed_by_leaders(world: World, tamura: Client) -> None:
    values = {"meaning": "内示あり", "probability": "95", "version": "0"}
    assert tamura.post("/forecast/meanings/a/", values).status_code == 302
    assert YomiMeaning.objects.get().probability == 95
    assert tamura.post("/forecast/meanings/a/", values).status_code == 409
    assert tamura.post("/forecast/meanings/q/", values).status_code == 400
    assert tamura.post("/forecast/meanings/b/", values | {"probability": "101"}).status_code == 400


def test_the_pages_ask_as_many_questions_for_many_as_for_one(world: World, tamura: Client) -> None:
    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert tamura.get(path).status_code == 200
        return sum("workspace_organisation_organisation" not in one["sql"] for one in seen)  # kept, but not in tests

    start_using(create_plan(name="導入後", by=None), by=None)
    learn_daily()
    followed(world)
    change_deal(world.deal, by=None, version=None, yomi="a", expected_close_on=clock.today())
    paths = ("/forecast/", "/forecast/changes/", "/aftercare/?whose=all", "/aftercare/quiet/", "/aftercare/plans/")
    quiet(world, 1)
    before = [asked(path) for path in paths]
    for place in range(15):
        open_deal(
            by=None, name=f"商談{place}", amount=1_000, owner=world.sato, yomi="b", expected_close_on=clock.today()
        )
    quiet(world, 1)
    assert all(now <= then for now, then in zip(map(asked, paths), before, strict=True))


def test_a_step_is_done_from_the_list(world: World) -> None:
    followed(world)
    client = signed_in(world.sato)
    page = client.get("/aftercare/").content.decode()
    assert "お礼の連絡" in page and "株式会社アクメ" in page
    step = FollowUpStep.objects.order_by("pk")[0]
    assert client.post(f"/aftercare/steps/{step.pk}/", {"version": "9"}).status_code == 422
    assert client.post(f"/aftercare/steps/{step.pk}/", {"note": "送付", "version": "1"}).status_code == 302
    assert client.post(f"/aftercare/steps/{step.pk}/", {"note": "再送", "version": "1"}).status_code == 302
    step.refresh_from_db()
    assert (step.note, step.done_by) == ("送付", world.sato)
    later = FollowUpStep.objects.order_by("pk")[1]
    assert (
        client.post(f"/aftercare/steps/{later.pk}/move/", {"due_on": "2027-01-15", "version": "1"}).status_code == 302
    )
    assert client.post(f"/aftercare/steps/{later.pk}/move/", {"due_on": "いつか", "version": "2"}).status_code == 400
    later.refresh_from_db()
    assert later.due_on == date(2027, 1, 15)


def test_the_customers_page_shows_what_runs_and_starts_a_plan(world: World) -> None:
    plan = start_using(create_plan(name="導入後", by=None), by=None)
    client = signed_in(world.sato)
    panel = f"/aftercare/of/company/{world.acme.pk}/"
    assert "実行中のプランはありません" in client.get(panel).content.decode()
    assert panel in client.get(f"/companies/{world.acme.pk}").content.decode()
    assert client.post(f"{panel}start/", {"plan": plan.pk}).status_code == 302
    assert "納品の確認" in client.get(panel).content.decode()
    client.post(f"{panel}satisfaction/", {"score": "4", "comment": "助かっています"})
    assert "助かっています" in client.get(panel).content.decode()
    assert client.post(f"{panel}satisfaction/", {"score": "9"}).status_code == 422


def test_a_plan_is_made_in_the_editor(world: World, tamura: Client) -> None:
    tamura.post("/aftercare/plans/", {"name": "保守"})
    plan = FollowUpPlan.objects.get()
    address = f"/aftercare/plans/{plan.pk}/"
    step = plan.steps.all()[0]
    new = {"title": "電話", "kind": "called", "wait": "7", "unit": "days"}
    tamura.post(f"/aftercare/plan-steps/{step.pk}/", new)
    tamura.post(f"{address}steps/", new | {"wait": "400"})
    tamura.post(f"{address}steps/", new | {"wait": "99999"})
    assert [one.wait for one in plan.steps.all()] == [7, 5, 30, 90, 400]
    tamura.post(f"/aftercare/plan-steps/{step.pk}/shift/", {"to": "down"})
    assert plan.steps.all()[1].pk == step.pk
    values = {"name": "保守と点検", "trigger": "ordered", "category": "サービス", "owner_rule": "deal_owner"}
    assert tamura.post(address, values | {"version": "1"}).status_code == 422
    version = FollowUpPlan.objects.get().version
    assert tamura.post(address, values | {"version": str(version)}).status_code == 302
    tamura.post(f"{address}use/", {"use": "yes"})
    plan.refresh_from_db()
    assert (plan.name, plan.trigger, plan.is_active, plan.is_single) == ("保守と点検", "ordered", True, False)
    assert "保守と点検" in tamura.get("/aftercare/plans/").content.decode()


def test_a_call_to_a_quiet_customer_is_planned_with_one_click(world: World) -> None:
    quiet(world, 1)
    client = signed_in(world.sato)
    assert "株式会社アクメ" in client.get("/aftercare/quiet/").content.decode()
    row = QuietCustomer.objects.get()
    before = Task.objects.count()
    for _each in range(2):
        assert client.post(f"/aftercare/quiet/{row.pk}/call/").status_code == 302
    assert Task.objects.count() == before + 1
    assert "タスクあり" in client.get("/aftercare/quiet/").content.decode()
    assert "株式会社アクメ" not in signed_in(world.kato).get("/aftercare/quiet/").content.decode()


def followed(world: World) -> None:
    plan = FollowUpPlan.objects.first() or start_using(create_plan(name="導入後", by=None), by=None)
    start_by_hand(plan, by=world.sato, person=world.ada)


def quiet(world: World, count: int) -> None:
    day = date(2026, 9, 1)
    values = {"owner": world.sato, "orders": 3, "last_on": day, "quiet_since": day, "seen_on": day}
    for _place in range(count):
        QuietCustomer.objects.update_or_create(
            key=f"company:{world.acme.pk}",
            defaults=values | {"company": world.acme, "usual_days": 30, "long_days": 40, "value": 500},
        )
