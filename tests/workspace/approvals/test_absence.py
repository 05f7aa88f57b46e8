"""Stand-ins while somebody is absent, and deciding before one's turn with a review afterwards (後閲)."""

from datetime import date, timedelta

import pytest
from tests.workspace.approvals.conftest import MONDAY, Ask

from ryorin.lib import clock
from ryorin.workspace.approvals.actions import add_proxy, approve, deny, end_proxy, review
from ryorin.workspace.approvals.errors import NothingToReview, NotYourTurn, OwnRequest, ProxyInvalid
from ryorin.workspace.approvals.models import Approval, ApprovalState, Proxy, Route, TurnState
from ryorin.workspace.approvals.queries import early_for, inbox, to_review, waiting_count
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed
from ryorin.workspace.members.models import Member

TODAY = date(2026, 11, 16)


def away(member: Member, until: date = TODAY + timedelta(days=3)) -> None:
    Member.objects.filter(pk=member.pk).update(away_until=until)


def test_a_stand_in_decides_in_the_name_of_the_absent(ask: Ask, two_steps: Route, ono: Member, tanaka: Member) -> None:
    with clock.frozen(MONDAY):
        away(ono)
        add_proxy(ono, by=ono, stand_in=tanaka)
        approval = ask()
        assert [(item.approval.pk, item.in_place_of) for item in inbox(tanaka)] == [(approval.pk, ono)]
        approve(approval, by=tanaka, comment="代わりに")
    decision = approval.decisions.get(verb="approved")
    assert (decision.by, decision.in_place_of) == (tanaka, ono)
    entry = AuditEntry.objects.get(action="approval_approved")
    assert '"in_place_of":"小野"' in entry.changes


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "is_away", "stands_in"),
    [
        (None, None, False, False),  # without dates: only while away
        (None, None, True, True),
        (TODAY, TODAY, False, True),
        (TODAY + timedelta(days=1), None, True, False),
        (None, TODAY - timedelta(days=1), True, False),
        (TODAY - timedelta(days=9), TODAY + timedelta(days=9), False, True),
    ],
)
def test_a_stand_in_decides_on_the_days_named(
    ask: Ask,
    two_steps: Route,
    ono: Member,
    tanaka: Member,
    starts_on: date | None,
    ends_on: date | None,
    is_away: bool,
    stands_in: bool,
) -> None:
    with clock.frozen(MONDAY):
        if is_away:
            away(ono)
        add_proxy(ono, by=ono, stand_in=tanaka, starts_on=starts_on, ends_on=ends_on)
        ask()
        assert (waiting_count(tanaka) == 1) is stands_in


def test_a_stand_in_decides_on_the_kinds_named(ask: Ask, two_steps: Route, ono: Member, tanaka: Member) -> None:
    with clock.frozen(MONDAY):
        away(ono)
        proxy = add_proxy(ono, by=ono, stand_in=tanaka, kinds=["petition"])
        ask()
        assert waiting_count(tanaka) == 1
        Proxy.objects.filter(pk=proxy.pk).update(kinds=["something_else"])
        assert waiting_count(tanaka) == 0
        assert not Approval.objects.visible_to(tanaka).exists()


def test_nobody_approves_the_own_request_as_a_stand_in(ask: Ask, two_steps: Route, ono: Member, sato: Member) -> None:
    with clock.frozen(MONDAY):
        away(ono)
        add_proxy(ono, by=ono, stand_in=sato)
        approval = ask()
        assert (waiting_count(sato), inbox(sato)) == (0, [])
        with pytest.raises(OwnRequest):
            approve(approval, by=sato)


def test_a_stand_in_is_named_by_oneself_or_an_administrator(ono: Member, tanaka: Member, kimura: Member) -> None:
    with pytest.raises(NotAllowed):
        add_proxy(ono, by=tanaka, stand_in=tanaka)
    with pytest.raises(ProxyInvalid, match="自分を自分の代理"):
        add_proxy(ono, by=ono, stand_in=ono)
    proxy = add_proxy(ono, by=kimura, stand_in=tanaka)
    assert add_proxy(ono, by=ono, stand_in=tanaka).pk == proxy.pk  # once is enough
    end_proxy(proxy, by=ono)
    assert not Proxy.objects.exists()


def test_an_upper_step_decides_early_when_the_one_before_is_absent(
    ask: Ask, two_steps: Route, ono: Member, hoshi: Member
) -> None:
    with clock.frozen(MONDAY):
        approval = ask()
        with pytest.raises(NotYourTurn):
            approve(approval, by=hoshi)
        assert early_for(hoshi) == []
        away(ono)
        assert [item.approval.pk for item in early_for(hoshi)] == [approval.pk]
        approval = approve(approval, by=hoshi)
    assert approval.state == ApprovalState.APPROVED
    assert [turn.state for turn in approval.turns.all()] == [TurnState.PASSED_OVER, TurnState.APPROVED]


def test_who_was_passed_over_reads_it_afterwards_and_changes_nothing(
    ask: Ask, two_steps: Route, ono: Member, hoshi: Member
) -> None:
    with clock.frozen(MONDAY):
        away(ono)
        approval = approve(ask(), by=hoshi)
    assert [item.approval.pk for item in to_review(ono)] == [approval.pk]
    with pytest.raises(NothingToReview):
        review(approval, by=hoshi)
    review(approval, by=ono, comment="了解しました")
    approval.refresh_from_db()
    assert (approval.state, to_review(ono)) == (ApprovalState.APPROVED, [])
    assert approval.decisions.last().verb == "reviewed"  # type: ignore[union-attr]
    with pytest.raises(NothingToReview):
        review(approval, by=ono)


def test_an_upper_step_waits_while_a_stand_in_is_there(
    ask: Ask, two_steps: Route, ono: Member, hoshi: Member, tanaka: Member
) -> None:
    with clock.frozen(MONDAY):
        away(ono)
        add_proxy(ono, by=ono, stand_in=tanaka)
        approval = ask()
        assert early_for(hoshi) == []
        with pytest.raises(NotYourTurn):
            approve(approval, by=hoshi)


def test_an_upper_step_may_deny_early_too(ask: Ask, two_steps: Route, ono: Member, hoshi: Member) -> None:
    with clock.frozen(MONDAY):
        away(ono)
        approval = deny(ask(), by=hoshi, comment="来期に回します")
    assert approval.state == ApprovalState.DENIED
    assert to_review(ono) == []
