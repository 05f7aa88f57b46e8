"""Eight clients at the same moment: a request is never lost and never approved twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from tests.workspace.approvals.conftest import Ask

from ryorin.lib.errors import Refusal
from ryorin.workspace.approvals.actions import approve, create_route, escalate_overdue, request, send_back, withdraw
from ryorin.workspace.approvals.models import Approval, ApprovalState, Decision, Quorum, Route, Seat, Verb, Who
from ryorin.workspace.approvals.queries import standing, waiting_count
from ryorin.workspace.approvals.rules import Stage, Standing
from ryorin.workspace.audit.queries import verify
from ryorin.workspace.members.models import Member

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 8
BIG = {"amount": 1_200_000}


def at_once(*verbs: Callable[[], Any]) -> list[Any]:
    """Return what each verb answered or refused, all started at the same moment in threads of their own.

    SQLite lets one writer in after the other, and threads cannot share its test database: there they run in turn.
    """
    start = Barrier(len(verbs))

    def run(verb: Callable[[], Any]) -> Any:
        try:
            return verb()
        except Refusal as refusal:
            return refusal

    def run_in_thread(verb: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return run(verb)
        finally:
            connection.close()

    if connection.vendor == "sqlite":
        return [run(verb) for verb in verbs]
    with ThreadPoolExecutor(len(verbs)) as threads:
        return list(threads.map(run_in_thread, verbs))


def refused(answers: list[Any]) -> list[Refusal]:
    return [each for each in answers if isinstance(each, Refusal)]


def test_eight_clients_who_ask_for_the_same_make_one_request(two_steps: Route, sato: Member, ono: Member) -> None:
    def ask() -> Approval | None:
        return request("petition", 7, title="カメラ", url="", facts=BIG, digest="d1", by=sato)

    answers = at_once(*[ask] * CLIENTS)
    assert refused(answers) == [] and len({each.pk for each in answers}) == 1
    assert (Approval.objects.count(), waiting_count(ono)) == (1, 1)


def test_eight_clients_who_ask_for_different_contents_leave_one_waiting_and_lose_none(
    two_steps: Route, sato: Member, ono: Member
) -> None:
    def ask(digest: str) -> Callable[[], Approval | None]:
        return lambda: request("petition", 7, title="カメラ", url="", facts=BIG, digest=digest, by=sato)

    answers = at_once(*[ask(f"d{number}") for number in range(3)])
    assert refused(answers) == [] and len({each.pk for each in answers}) == 3
    assert Approval.objects.waiting().count() == 1 == waiting_count(ono)
    assert Approval.objects.filter(state=ApprovalState.WITHDRAWN).count() == 2


def test_eight_presses_on_one_button_approve_once(ask: Ask, two_steps: Route, ono: Member, hoshi: Member) -> None:
    approval = ask()
    seat = Seat.objects.get(turn__approval=approval, member=ono)
    answers = at_once(*[lambda: approve(approval, by=ono, seat_id=seat.pk)] * CLIENTS)
    assert len(refused(answers)) == CLIENTS - 1
    assert Decision.objects.filter(verb=Verb.APPROVED).count() == 1
    assert (waiting_count(ono), waiting_count(hoshi)) == (0, 1)
    assert verify().broken_at is None


def test_eight_deciders_of_whom_one_is_enough_approve_once(ask: Ask, sato: Member) -> None:
    deciders = clerks(CLIENTS)
    create_route("petition", name="誰か", stages=[panel(deciders, Quorum.ANY)], by=None)
    approval = ask()
    answers = at_once(*[approving(approval, member) for member in deciders])
    assert len(refused(answers)) == CLIENTS - 1
    assert standing("petition", 1, facts=BIG, digest="d1") is Standing.APPROVED
    assert Decision.objects.filter(verb=Verb.APPROVED).count() == 1


def test_eight_deciders_who_must_all_approve_are_all_counted(ask: Ask, sato: Member) -> None:
    deciders = clerks(CLIENTS)
    create_route("petition", name="全員", stages=[panel(deciders, Quorum.ALL)], by=None)
    approval = ask()
    assert refused(at_once(*[approving(approval, member) for member in deciders])) == []
    assert standing("petition", 1, facts=BIG, digest="d1") is Standing.APPROVED
    assert Decision.objects.filter(verb=Verb.APPROVED).count() == CLIENTS


def test_approving_sending_back_and_taking_back_at_once_ends_in_one_way(
    ask: Ask, two_steps: Route, sato: Member, ono: Member
) -> None:
    approval = ask()
    answers = at_once(
        lambda: send_back(approval, by=ono, comment="条件を見直してください"),
        lambda: withdraw(approval, by=sato),
        lambda: send_back(approval, by=ono, comment="もう一度"),
    )
    assert len(refused(answers)) == 2
    assert Decision.objects.exclude(verb=Verb.REQUESTED).count() == 1


def test_two_workers_escalate_a_late_turn_once(ask: Ask, two_steps: Route, hoshi: Member) -> None:
    turn = ask().turns.get(position=1)
    turn.deadline = turn.begun_at
    turn.save()
    assert sum(at_once(*[escalate_overdue] * CLIENTS)) == 1
    assert Decision.objects.filter(verb=Verb.ESCALATED).count() == 1
    assert waiting_count(hoshi) == 1


def clerks(number: int) -> list[Member]:
    names = [f"clerk{place}" for place in range(number)]
    return [Member.objects.create_user(f"{name}@ryorin.example", family_name=name, role="sales") for name in names]


def panel(members: list[Member], quorum: Quorum) -> Stage:
    return Stage(who=Who.MEMBERS, member_ids=tuple(member.pk for member in members), quorum=quorum)


def approving(approval: Approval, member: Member) -> Callable[[], Approval]:
    return lambda: approve(approval, by=member)
