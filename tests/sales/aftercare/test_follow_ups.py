"""What happens after a sale: plans start once, steps come onto lists, are done, tell the timeline."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.actions import record_order
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.customers.voice.models import Need
from ryorin.lib import clock
from ryorin.lib.fiscal import is_business_day
from ryorin.products.catalogue.actions import create_product
from ryorin.products.catalogue.models import Product
from ryorin.sales.activities.models import Activity
from ryorin.sales.aftercare.actions import (
    add_step,
    change_plan,
    change_step,
    create_plan,
    delete_plan,
    delete_step,
    finish_step,
    follow_sales,
    order_steps,
    postpone_step,
    skip_step,
    start_by_hand,
    start_due,
    start_using,
    state_satisfaction,
    stop_follow_up,
    stop_using,
)
from ryorin.sales.aftercare.errors import (
    FollowUpEnded,
    PlanFieldInvalid,
    PlanNameTaken,
    PlanWithoutSteps,
    ScoreInvalid,
    StepClosed,
)
from ryorin.sales.aftercare.models import FollowUp, FollowUpPlan, FollowUpStep, PlanStep, Satisfaction
from ryorin.sales.aftercare.queries import figures, runs_about, steps_due
from ryorin.sales.aftercare.rules import done_rate, due_on
from ryorin.sales.deals.actions import open_deal, set_products, win_deal
from ryorin.sales.deals.actions.products import Line
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member, Team
from ryorin.workspace.tasks.actions import finish_task
from ryorin.workspace.tasks.models import Task

MONDAY = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
DAY = date(2026, 11, 16)


@pytest.fixture(autouse=True)
def monday(db: None) -> Iterator[None]:
    with clock.frozen(MONDAY):
        yield


@pytest.fixture
def camera(db: None) -> Product:
    return create_product(by=None, code="KM-100", name="画像検査カメラ", category="検査")


@pytest.fixture
def plan(our_company: object) -> FollowUpPlan:
    return start_using(create_plan(name="導入後フォロー", by=None), by=None)


def later(minutes: int = 0, *, days: int = 0) -> datetime:
    return MONDAY + timedelta(minutes=minutes, days=days)


def won(deal: Deal, *, at: datetime | None = None) -> Deal:
    return win_deal(deal, by=None, at=at)


def ordered(ada: Person, number: str, *, days_ago: int = 0, category: str = "検査", **more: object) -> None:
    line = {"description": "部品", "unit_price": 1000, "category": category}
    record_order(
        number=number, ordered_at=clock.now() - timedelta(days=days_ago), channel="online", person=ada,
        company=ada.company, lines=[line], **more,  # type: ignore[arg-type]
    )  # fmt: skip


@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(0, 400), st.sampled_from(["days", "business_days"]))
def test_a_step_is_due_on_a_business_day_never_before_its_time(start: date, wait: int, unit: str) -> None:
    day = due_on(start, wait, unit, closed=frozenset())
    assert is_business_day(day) and (day - start).days >= wait


def test_steps_left_out_on_purpose_do_not_spoil_the_rate() -> None:
    assert done_rate(3, 1, 5) == 0.75 and done_rate(0, 2, 2) is None


def test_a_won_deal_starts_the_plan_once(plan: FollowUpPlan, deal: Deal, sato: Member) -> None:
    assert start_due() == 0
    won(deal)
    assert start_due() == 1
    for minutes in (1, 5, 30):
        with clock.frozen(later(minutes)):
            assert start_due() == 0
    run = FollowUp.objects.get()
    assert (run.name, run.deal_id, run.owner, run.started_on, run.state) == (
        "導入後フォロー", deal.pk, sato, DAY, "running"
    )  # fmt: skip
    steps = list(run.steps.values_list("title", "kind", "due_on"))
    assert steps[0] == ("お礼の連絡", "mailed", date(2026, 11, 17))
    assert steps[1] == ("納品の確認", "called", date(2026, 11, 24))  # the 23rd is a holiday
    assert steps[2][2] == date(2026, 12, 16) and steps[3][2] == date(2027, 2, 15)  # the 14th is a Sunday
    assert InboxTouchpoint.objects.filter(kind="follow_up_started", person_id=deal.person_id).count() == 1


def test_a_round_that_died_half_way_is_made_up_for(
    plan: FollowUpPlan, deal: Deal, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_due()
    won(deal)
    with monkeypatch.context() as broken:
        broken.setattr("ryorin.sales.aftercare.actions.starting.steps_of", _boom)
        with pytest.raises(RuntimeError):
            start_due()
    assert FollowUp.objects.count() == 0
    with clock.frozen(later(45)):
        assert start_due() == 1
    assert FollowUpStep.objects.count() == 4


def test_what_was_written_down_long_after_starts_nothing(plan: FollowUpPlan, deal: Deal, ada: Person) -> None:
    start_due()
    won(deal, at=later(days=-30))
    ordered(ada, "OLD", days_ago=200)
    assert start_due() == 0


def test_sales_before_the_plan_came_into_use_start_nothing(deal: Deal) -> None:
    won(deal)
    with clock.frozen(later(1)):
        start_using(create_plan(name="後から", by=None), by=None)
        assert start_due() == 0


def test_an_order_starts_the_plan_of_its_category(plan: FollowUpPlan, ada: Person, camera: Product) -> None:
    change_plan(plan, by=None, version=None, category="検査", trigger="ordered")
    start_due()
    ordered(ada, "A-1", category="検査")
    ordered(ada, "A-2", category="部品")
    assert start_due() == 1
    assert FollowUp.objects.get().about == "A-1 部品"


def test_a_plan_for_a_product_waits_for_that_product(
    plan: FollowUpPlan, deal: Deal, ada: Person, camera: Product
) -> None:
    change_plan(plan, by=None, version=None, product=camera)
    other = open_deal(name="別の商談", by=None, person=ada)
    set_products(deal, [Line(camera, Decimal(1), 100)], by=None)
    start_due()
    won(other)
    won(deal)
    assert start_due() == 1 and FollowUp.objects.get().deal_id == deal.pk


def test_an_order_of_a_deal_is_followed_up_by_the_deal(plan: FollowUpPlan, deal: Deal, ada: Person) -> None:
    change_plan(plan, by=None, version=None, is_single=False)
    start_due()
    won(deal)
    ordered(ada, "A-1", deal_id=deal.pk)
    assert start_due() == 1


def test_a_plan_that_runs_for_the_customer_is_not_started_again_unless_wanted(
    plan: FollowUpPlan, deal: Deal, ada: Person
) -> None:
    start_due()
    won(deal)
    ordered(ada, "A-1")
    assert start_due() == 1
    change_plan(plan, by=None, version=None, is_single=False)
    assert start_due() == 1  # the order is still among the last minutes looked at


def test_a_team_shares_the_work(plan: FollowUpPlan, ada: Person, acme: Company) -> None:
    team = Team.objects.create(name="サポート")
    people = [
        Member.objects.create_user(f"s{n}@x.example", family_name=f"S{n}", role="sales", team=team) for n in (1, 2)
    ]
    change_plan(plan, by=None, version=None, owner_rule="team", team=team, is_single=False)
    start_due()
    for number in range(4):
        ordered(ada, f"A-{number}")
    start_due()
    owners = sorted(FollowUp.objects.values_list("owner", flat=True))
    assert owners == sorted([people[0].pk, people[1].pk] * 2)


def test_a_step_comes_onto_the_list_two_days_before_and_once(plan: FollowUpPlan, deal: Deal, sato: Member) -> None:
    start_due()
    won(deal)
    assert follow_sales() == {"started": 1, "finished": 0, "listed": 1}
    assert follow_sales() == {"started": 0, "finished": 0, "listed": 0}
    task = Task.objects.get()
    assert (task.title, task.owner, task.about_type, task.about_label) == (
        "お礼の連絡",
        sato,
        "company",
        "株式会社アクメ",
    )
    assert task.why == "導入後フォロー：検査装置の導入"
    with clock.frozen(later(days=6)):
        assert follow_sales()["listed"] == 1


def test_a_ticked_task_finishes_its_step_and_tells_the_timeline(plan: FollowUpPlan, deal: Deal, sato: Member) -> None:
    start_due()
    won(deal)
    follow_sales()
    finish_task(Task.objects.get(), sato)
    assert follow_sales()["finished"] == 1
    step = FollowUpStep.objects.order_by("pk")[0]
    assert (step.done_by, step.done_at) == (sato, MONDAY)
    activity = Activity.objects.get()
    assert (activity.kind, activity.subject, activity.owner) == ("mailed", "お礼の連絡", sato)
    assert step.touchpoint == activity.touchpoint


def test_the_last_step_ends_the_plan(plan: FollowUpPlan, deal: Deal, sato: Member) -> None:
    start_due()
    won(deal)
    follow_sales()
    run = FollowUp.objects.get()
    first, second, third, fourth = run.steps.all()
    finish_step(first, by=sato, note="お礼のメールを送った")
    assert not Task.objects.open().exists()
    skip_step(second, by=sato, why="立ち会った")
    finish_step(third, by=sato, score=5, comment="とても良い")
    finish_step(fourth, by=sato, score=2, comment="点検が遅い。\nもっと早く")
    run.refresh_from_db()
    assert run.state == "done"
    assert list(Satisfaction.objects.order_by("pk").values_list("score", flat=True)) == [5, 2]
    need = Need.objects.get()
    assert (need.kind, need.what, need.company) == ("complaint", "点検が遅い。", run.company)
    told = (
        InboxTouchpoint.objects.filter(kind="satisfaction_stated").order_by("pk").values_list("properties", flat=True)
    )
    assert [json.loads(one)["score"] for one in told] == [5, 2]
    with pytest.raises(FollowUpEnded):
        postpone_step(second, DAY, by=sato)


def test_a_step_done_twice_is_told_once(plan: FollowUpPlan, deal: Deal, sato: Member) -> None:
    start_due()
    won(deal)
    start_due()
    step = FollowUpStep.objects.order_by("pk")[0]
    finish_step(step, by=sato, note="一", version=1)
    assert finish_step(step, by=sato, note="二", version=1).note == "一"
    assert Activity.objects.count() == 1
    with pytest.raises(StepClosed):
        skip_step(step, by=sato)


def test_an_outdated_page_changes_nothing(plan: FollowUpPlan, deal: Deal, sato: Member) -> None:
    start_due()
    won(deal)
    follow_sales()
    step = FollowUpStep.objects.order_by("pk")[0]
    postpone_step(step, date(2026, 11, 20), by=sato, version=2)
    assert Task.objects.get().due_at == datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    with pytest.raises(StaleRecord):
        finish_step(step, by=sato, version=2)


def test_stopping_a_plan_takes_its_work_off_the_lists(plan: FollowUpPlan, deal: Deal, sato: Member) -> None:
    start_due()
    won(deal)
    follow_sales()
    stop_follow_up(FollowUp.objects.get(), by=sato, why="解約")
    assert not Task.objects.exists()
    assert follow_sales() == {"started": 0, "finished": 0, "listed": 0}


def test_a_plan_is_started_by_hand(plan: FollowUpPlan, ada: Person, sato: Member) -> None:
    run = start_by_hand(plan, by=sato, person=ada)
    assert run is not None and run.owner == sato and run.company_id == ada.company_id
    assert start_by_hand(plan, by=sato, person=ada) is None
    assert [one.pk for one in runs_about(sato, person_id=ada.pk)] == [run.pk]


def test_what_is_due_and_how_much_is_done(plan: FollowUpPlan, deal: Deal, sato: Member, mei: Member) -> None:
    start_due()
    won(deal)
    start_due()
    with clock.frozen(later(days=9)):
        now = figures(sato, mine=True)
        assert (now.overdue, now.soon, now.running, now.rate) == (2, 0, 1, 0.0)
        found, after = steps_due(sato, when="overdue", mine=True)
        assert [step.title for step in found] == ["お礼の連絡", "納品の確認"] and after == ""
        finish_step(found[0], by=sato)
        assert figures(sato, mine=True).rate == 0.5
        assert figures(mei, mine=True).overdue == 0


def test_plans_are_made_without_code(kimura: Member, our_company: object) -> None:
    plan = create_plan(name="保守", by=kimura, with_steps=False)
    with pytest.raises(PlanWithoutSteps):
        start_using(plan, by=kimura)
    first = add_step(plan, by=kimura, title="電話", kind="called", wait=3, unit="days")
    second = add_step(plan, by=kimura, title="訪問", kind="visited", wait=30, unit="business_days")
    order_steps(plan, [second.pk, first.pk], by=kimura)
    assert [step.title for step in plan.steps.all()] == ["訪問", "電話"]
    change_step(first, by=kimura, title="お電話", wait=4)
    start_using(plan, by=kimura)
    delete_step(first, by=kimura)
    with pytest.raises(PlanWithoutSteps):
        delete_step(PlanStep.objects.get(pk=second.pk), by=kimura)
    stop_using(plan, by=kimura)
    delete_plan(plan, by=kimura)
    assert not FollowUpPlan.objects.exists()


def test_plans_refuse_what_cannot_be_meant(kimura: Member, sato: Member, our_company: object) -> None:
    plan = create_plan(name="保守", by=kimura)
    for fields in ({"name": " "}, {"name": "あ" * 81}, {"trigger": "never"}):
        with pytest.raises(PlanFieldInvalid):
            change_plan(plan, by=kimura, version=None, **fields)
    with pytest.raises(PlanFieldInvalid):
        add_step(plan, by=kimura, title="x", wait=99_999)
    with pytest.raises(PlanNameTaken):
        create_plan(name="保守", by=kimura)
    with pytest.raises(StaleRecord):
        change_plan(plan, by=kimura, version=9, name="別")
    with pytest.raises(NotAllowed):
        create_plan(name="自分用", by=sato)


def test_satisfaction_lies_between_one_and_five(ada: Person, sato: Member) -> None:
    for score in (0, 6, -1):
        with pytest.raises(ScoreInvalid):
            state_satisfaction(score, by=sato, person=ada)
    assert state_satisfaction(3, by=sato, person=ada).company == ada.company


def _boom(*_args: object) -> None:
    raise RuntimeError("the power went")
