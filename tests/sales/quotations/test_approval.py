"""Discounts beyond the limit wait for approval; an approval holds only for what was approved."""

from dataclasses import replace

import pytest
from tests.sales.quotations.conftest import changed, saved

from ryorin.sales.quotations import actions
from ryorin.sales.quotations.errors import ApprovalMissing, WaitsForApproval
from ryorin.sales.quotations.models import Quotation, QuotationState
from ryorin.sales.quotations.queries import (
    approval_facts,
    free_discount,
    newest_version,
    offer_of,
    route_asked,
    standing_of,
)
from ryorin.sales.quotations.rules import Line
from ryorin.workspace.approvals.actions import approve, create_route, send_back
from ryorin.workspace.approvals.models import Approval, ApprovalState, Who
from ryorin.workspace.approvals.rules import Stage, Standing
from ryorin.workspace.members.models import Member


@pytest.fixture
def limit(kimura: Member) -> None:
    """More than 10 % off has to be approved by Kimura."""
    stage = Stage(who=Who.MEMBERS, member_ids=(kimura.pk,))
    condition = {"field": "discount_rate", "op": "gt", "value": 10}
    create_route("quotation", by=kimura, name="値引10%超", stages=[stage], condition=condition)


@pytest.fixture
def generous(limit: None, quoted: Quotation, sato: Member) -> Quotation:
    """150,000 off 1,000,000."""
    return saved(quoted, by=sato, lines=(*changed(quoted).lines, Line(kind="discount", discount=150_000)))


def test_within_the_limit_it_goes_out_at_once(limit, quoted, sato):
    assert standing_of(newest_version(quoted), by=sato) is Standing.NOT_NEEDED
    assert actions.send_quotation(quoted, by=sato, version=None).quotation.state == "sent"


def test_beyond_the_limit_it_goes_out_only_when_approved(generous, sato, kimura):
    with pytest.raises(ApprovalMissing):
        actions.send_quotation(generous, by=sato, version=None)
    actions.request_approval(generous, by=sato, version=None, note="競合が安い")
    assert Quotation.objects.get().state == QuotationState.WAITING
    approve(Approval.objects.get(), by=kimura)

    assert actions.send_quotation(generous, by=sato, version=None).quotation.state == "sent"


def test_what_routes_ask_about(generous, camera):
    camera.category = "検査機器"
    camera.save()

    assert approval_facts(newest_version(generous)) == {
        "amount": 850_000,
        "discount_rate": 15.0,
        "discount": 150_000,
        "margin_rate": 27.1,
        "product_category": ["検査機器"],
        "company": "株式会社アクメ",
    }
    assert route_asked(generous, offer_of(newest_version(generous)), offer_of(newest_version(generous)).totals, by=None)


def test_while_it_waits_nothing_changes(generous, sato):
    actions.request_approval(generous, by=sato, version=None)
    with pytest.raises(WaitsForApproval):
        saved(generous, by=sato, title="別の件名")
    with pytest.raises(WaitsForApproval):
        actions.send_quotation(generous, by=sato, version=None)


def test_sent_back_it_is_changed_asked_for_again_and_approved(generous, sato, kimura):
    actions.request_approval(generous, by=sato, version=None)
    send_back(Approval.objects.get(), by=kimura, comment="13%までに")
    less = [replace(line, discount=130_000) if line.kind == "discount" else line for line in changed(generous).lines]
    saved(generous, by=sato, lines=tuple(less))
    actions.request_approval(generous, by=sato, version=None)
    approve(Approval.objects.latest("pk"), by=kimura)

    assert actions.send_quotation(generous, by=sato, version=None).quotation.net == 870_000


def test_what_was_changed_after_the_approval_needs_another(generous, sato, kimura):
    actions.request_approval(generous, by=sato, version=None)
    approve(Approval.objects.get(), by=kimura)
    saved(generous, by=sato, remarks="支払は検収後")

    assert standing_of(newest_version(generous), by=sato) is Standing.NEEDED
    with pytest.raises(ApprovalMissing):
        actions.send_quotation(generous, by=sato, version=None)


def test_a_decision_ends_the_waiting_by_itself(generous, sato, kimura):
    actions.request_approval(generous, by=sato, version=None)
    send_back(Approval.objects.get(), by=kimura, comment="根拠を書いてください")
    actions.settle_quotations()

    assert Quotation.objects.get().state == QuotationState.DRAFT


def test_an_acceptance_of_the_version_before_takes_the_request_back(limit, quoted, sato):
    sent = actions.send_quotation(quoted, by=sato, version=None)
    draft = actions.new_version(sent.quotation, by=sato, version=None)
    saved(draft, by=sato, lines=(*changed(draft).lines, Line(kind="discount", discount=150_000)))
    actions.request_approval(draft, by=sato, version=None)
    actions.accept_quotation(sent.token, name="安達", agreed=True, address=None)

    assert Approval.objects.get().state == ApprovalState.WITHDRAWN
    assert Quotation.objects.get().state == QuotationState.ACCEPTED


def test_what_may_still_be_given_without_approval_is_known_to_the_yen(limit, quoted, sato):
    offer = offer_of(newest_version(quoted))
    assert free_discount(quoted, offer, by=sato) == 100_499  # 10.0 % as it is shown, rounded to one decimal
    assert (
        free_discount(quoted, replace(offer, lines=(*offer.lines, Line(kind="discount", discount=200_000))), by=sato)
        == 0
    )
