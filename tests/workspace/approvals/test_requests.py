"""Asking, approving, sending back, denying, taking back; what counts as approved."""

import pytest
from tests.workspace.approvals.conftest import Ask

from ryorin.workspace.approvals.actions import (
    approve,
    change_route,
    create_route,
    deny,
    request,
    reroute,
    send_back,
    withdraw,
    withdraw_of,
)
from ryorin.workspace.approvals.errors import (
    AlreadyActed,
    AlreadyDecided,
    ApproversMissing,
    CannotApprove,
    CommentMissing,
    KindUnknown,
    NobodyToApprove,
    NotYourRequest,
    NotYourTurn,
    OwnRequest,
    RouteWithoutSteps,
)
from ryorin.workspace.approvals.models import Approval, ApprovalState, Quorum, Route, SeatState, TurnState, Who
from ryorin.workspace.approvals.queries import history, standing, waiting_count
from ryorin.workspace.approvals.rules import Stage, Standing
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member, Role
from ryorin.workspace.notifications.models import Notification

BIG = {"amount": 1_200_000}


def said(approval: Approval) -> list[tuple[str, str]]:
    """Return each turn with the state it is in."""
    return [(turn.name, turn.state) for turn in approval.turns.all()]


def verbs(approval: Approval) -> list[str]:
    return [decision.verb for decision in approval.decisions.all()]


def told(member: Member) -> list[str]:
    return [one.text for one in Notification.objects.filter(member=member).order_by("pk")]


def test_a_request_goes_from_step_to_step_and_is_approved(
    ask: Ask, two_steps: Route, ono: Member, hoshi: Member, sato: Member
) -> None:
    approval = ask()
    assert said(approval) == [("上長", TurnState.WAITING), ("部長", TurnState.UPCOMING)]
    assert (waiting_count(ono), waiting_count(hoshi)) == (1, 0)
    approve(approval, by=ono, comment="必要です")
    assert (waiting_count(ono), waiting_count(hoshi)) == (0, 1)
    assert standing("petition", 1, facts=BIG, digest="d1") is Standing.WAITING
    approval = approve(approval, by=hoshi)
    assert (approval.state, verbs(approval)) == (ApprovalState.APPROVED, ["requested", "approved", "approved"])
    assert standing("petition", 1, facts=BIG, digest="d1") is Standing.APPROVED
    assert told(ono) == ["「カメラの購入」の承認をお願いします（申請：佐藤）"]
    assert told(sato) == ["「カメラの購入」が承認されました"]
    actions = list(AuditEntry.objects.filter(record_type="approval").order_by("pk").values_list("action", flat=True))
    assert actions == ["approval_requested", "approval_approved", "approval_approved", "approval_granted"]


def test_what_no_route_asks_for_needs_no_approval(two_steps: Route, sato: Member) -> None:
    facts = {"amount": 999_999}
    assert standing("petition", 1, facts=facts, digest="d1") is Standing.NOT_NEEDED
    assert request("petition", 1, title="少額", url="", facts=facts, digest="d1", by=sato) is None
    assert standing("petition", 1, facts=BIG, digest="d1") is Standing.NEEDED


def test_an_approval_counts_for_the_very_content_only(ask: Ask, two_steps: Route, ono: Member, hoshi: Member) -> None:
    approval = ask()
    approve(approval, by=ono)
    approve(approval, by=hoshi)
    assert standing("petition", 1, facts=BIG, digest="d2") is Standing.NEEDED
    again = ask(digest="d2")
    assert (again.replaces, again.state) == (approval, ApprovalState.WAITING)
    assert standing("petition", 1, facts=BIG, digest="d1") is Standing.APPROVED


def test_asking_twice_gives_the_same_request(ask: Ask, two_steps: Route, ono: Member) -> None:
    assert ask().pk == ask().pk
    assert Approval.objects.count() == 1 and len(told(ono)) == 1


def test_asking_for_a_changed_content_takes_the_waiting_request_back(ask: Ask, two_steps: Route, ono: Member) -> None:
    first, second = ask(), ask(digest="d2")
    first.refresh_from_db()
    assert (first.state, second.state) == (ApprovalState.WITHDRAWN, ApprovalState.WAITING)
    assert waiting_count(ono) == 1
    with pytest.raises(AlreadyDecided, match="引戻し"):
        approve(first, by=ono)


def test_what_is_sent_back_is_asked_for_again_after_a_change(
    ask: Ask, two_steps: Route, ono: Member, sato: Member
) -> None:
    with pytest.raises(CommentMissing):
        send_back(ask(), by=ono, comment=" ")
    approval = send_back(ask(), by=ono, comment="相見積もりを付けてください")
    assert standing("petition", 1, facts=BIG, digest="d1") is Standing.SENT_BACK
    assert told(sato) == ["「カメラの購入」が差し戻されました：相見積もりを付けてください"]
    again = ask(digest="d2")
    assert [one.pk for one in history("petition", 1)] == [again.pk, approval.pk]


def test_what_is_denied_cannot_be_asked_for_unchanged(ask: Ask, two_steps: Route, ono: Member) -> None:
    deny(ask(), by=ono, comment="予算がありません")
    assert standing("petition", 1, facts=BIG, digest="d1") is Standing.DENIED
    with pytest.raises(AlreadyDecided, match="否認"):
        ask()
    assert ask(digest="d2").is_waiting


def test_who_asked_may_take_the_request_back_and_nobody_else(
    ask: Ask, two_steps: Route, sato: Member, ono: Member, tanaka: Member
) -> None:
    approval = ask()
    with pytest.raises(NotYourRequest):
        withdraw(approval, by=tanaka)
    withdraw(approval, by=sato)
    assert standing("petition", 1, facts=BIG, digest="d1") is Standing.WITHDRAWN
    assert told(ono)[-1] == "「カメラの購入」の申請は引き戻されました"
    assert ask().is_waiting  # the same content may be asked for again


def test_a_document_that_goes_takes_its_waiting_request_with_it(ask: Ask, two_steps: Route, tanaka: Member) -> None:
    approval = ask()
    withdraw_of("petition", 1, by=tanaka, why="見積を削除したため")
    approval.refresh_from_db()
    assert approval.state == ApprovalState.WITHDRAWN
    assert withdraw_of("petition", 1, by=tanaka, why="") is None


def test_only_the_one_whose_turn_it_is_may_decide(
    ask: Ask, two_steps: Route, sato: Member, tanaka: Member, ono: Member, hoshi: Member, kimura: Member
) -> None:
    approval = ask()
    for member in (tanaka, hoshi, kimura):
        with pytest.raises(NotYourTurn, match="小野さんの承認待ち"):
            approve(approval, by=member)
    with pytest.raises(OwnRequest):
        approve(approval, by=sato)
    approve(approval, by=ono)
    with pytest.raises(NotYourTurn):
        approve(approval, by=ono)


def test_a_second_press_on_the_same_button_is_told_so(ask: Ask, two_steps: Route, ono: Member) -> None:
    approval = ask()
    seat = approval.turns.get(position=1).seats.get()
    approve(approval, by=ono, seat_id=seat.pk)
    with pytest.raises(AlreadyActed):
        approve(approval, by=ono, seat_id=seat.pk)


@pytest.mark.parametrize(
    ("quorum", "number", "enough"), [(Quorum.ANY, 1, 1), (Quorum.NUMBER, 2, 2), (Quorum.ALL, 1, 3)]
)
def test_as_many_approve_as_the_step_asks_for(
    ask: Ask, ono: Member, hoshi: Member, mori: Member, quorum: Quorum, number: int, enough: int
) -> None:
    deciders = [ono, hoshi, mori]
    ids = tuple(member.pk for member in deciders)
    stage = Stage(who=Who.MEMBERS, member_ids=ids, quorum=quorum, number=number)
    create_route("petition", name="合議", stages=[stage], by=None)
    approval = ask()
    for given, member in enumerate(deciders[:enough], start=1):
        assert approval.is_waiting
        approval = approve(approval, by=member)
        assert (approval.state == ApprovalState.APPROVED) is (given == enough)
    left = approval.turns.get().seats.filter(state=SeatState.CLOSED).count()
    assert left == 3 - enough


def test_changing_a_route_does_not_touch_running_requests(
    ask: Ask, two_steps: Route, ono: Member, mori: Member
) -> None:
    approval = ask()
    stages = [Stage(who=Who.MEMBERS, member_ids=(mori.pk,))]
    change_route(two_steps, by=None, version=1, name="新しいルート", stages=stages)
    approve(approval, by=ono)
    assert said(approval) == [("上長", TurnState.APPROVED), ("部長", TurnState.WAITING)]
    assert said(ask(2)) == [("1段目", TurnState.WAITING)]
    with pytest.raises(StaleRecord):
        change_route(two_steps, by=None, version=1, name="もう一つ", stages=stages)


def test_a_missing_superior_is_told_with_who_mends_it(two_steps: Route, mori: Member) -> None:
    with pytest.raises(NobodyToApprove) as refused:
        request("petition", 1, title="出張", url="", facts=BIG, digest="d1", by=mori)
    assert "「100万円以上」の承認者が決まらないため、申請できません" in str(refused.value)
    assert "森さんの上長が決まっていません。管理者が「メンバー」で上長を選んでください。" in str(refused.value)
    assert not Approval.objects.exists()


def test_a_route_without_steps_is_told(two_steps: Route, ask: Ask) -> None:
    two_steps.steps.all().delete()
    with pytest.raises(RouteWithoutSteps, match="段を加えてもらってください"):
        ask()


def test_administrators_put_others_in_the_place_of_those_who_cannot(
    ask: Ask, two_steps: Route, ono: Member, mori: Member, hoshi: Member, sato: Member, kimura: Member
) -> None:
    approval = ask()
    with pytest.raises(CommentMissing):
        reroute(approval, by=kimura, members=[mori], reason="")
    with pytest.raises(CannotApprove, match="佐藤さん"):
        reroute(approval, by=kimura, members=[sato], reason="退職")
    with pytest.raises(ApproversMissing):
        reroute(approval, by=kimura, members=[], reason="退職")
    with pytest.raises(NotAllowed):
        reroute(approval, by=hoshi, members=[hoshi], reason="急ぎ")
    approval = reroute(approval, by=kimura, members=[mori], reason="小野が退職したため")
    with pytest.raises(NotYourTurn):
        approve(approval, by=ono)
    approve(approval, by=mori)
    assert "小野 → 森：小野が退職したため" in [decision.comment for decision in approval.decisions.all()]


def test_those_who_only_read_may_not_ask_but_may_decide(ask: Ask, ono: Member, sato: Member) -> None:
    director = Member.objects.create_user("d@ryorin.example", family_name="監査", role=Role.READ_ONLY)
    create_route("petition", name="監査", stages=[Stage(who=Who.MEMBERS, member_ids=(director.pk,))], by=None)
    with pytest.raises(NotAllowed):
        ask(by=director)
    assert approve(ask(), by=director).state == ApprovalState.APPROVED


def test_a_kind_nobody_declares_is_refused(sato: Member) -> None:
    with pytest.raises(KindUnknown):
        request("unheard", 1, title="x", url="", facts={}, digest="d", by=sato)


def test_a_request_is_seen_by_those_it_concerns(
    ask: Ask, two_steps: Route, sato: Member, tanaka: Member, ono: Member, hoshi: Member, kimura: Member
) -> None:
    ask()
    seen = {member.pk for member in (sato, tanaka, ono, hoshi, kimura) if Approval.objects.visible_to(member).exists()}
    assert seen == {sato.pk, ono.pk, hoshi.pk, kimura.pk}
