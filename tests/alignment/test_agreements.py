"""Agreements between the teams: signed by both leaders, watched, and leaders told once of what is not kept."""

from datetime import UTC, datetime, timedelta

import pytest

from ryorin.alignment.agreements.actions import (
    propose_agreement,
    sign_agreement,
    watch_promises,
    withdraw_agreement,
)
from ryorin.alignment.agreements.errors import (
    AgreementInvalid,
    AgreementSettled,
    AgreementWaiting,
    AlreadySigned,
    NotLeader,
)
from ryorin.alignment.agreements.models import Agreement, Promise, Warned
from ryorin.alignment.agreements.queries import active, cases, period_at, recent_periods, standing_of, troubles
from ryorin.alignment.agreements.rules import Standing, Vow
from ryorin.alignment.handoffs.actions import accept_handoff, offer_handoff, send_back_handoff
from ryorin.alignment.handoffs.models import SendBackReason
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.sales.activities.actions import log_activity
from ryorin.sales.deals.queries import default_pipeline
from ryorin.workspace.members.errors import NotAllowed
from ryorin.workspace.members.models import Member, Role, Team
from ryorin.workspace.notifications.models import Notification

pytestmark = pytest.mark.django_db
TEN = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # Monday, 10:00 in Tokyo
VOWS = (Vow("volume", 4), Vow("quality", 60), Vow("answer", 90, 3), Vow("contact", 50, 9))


@pytest.fixture
def okada(db: None) -> Member:
    team = Team.objects.create(name="マーケティング部")
    fields = {"family_name": "岡田", "given_name": "美穂", "role": Role.MARKETER, "team": team}
    okada = Member.objects.create_user("okada@ryorin.example", **fields)
    team.head = okada
    team.save()
    return okada


@pytest.fixture
def agreement(axle: None, okada: Member, ono: Member) -> Agreement:
    with clock.frozen(TEN - timedelta(days=14)):
        made = propose_agreement(VOWS, rhythm="month", by=okada)
        sign_agreement(made, by=okada)
        return sign_agreement(made, by=ono, side="sales")


def kept(kind: str) -> Promise:
    return Promise.objects.get(kind=kind)


def lead(name: str) -> Person:
    return create_person(by=None, family_name=name, email=f"{name}@acme.example")


def test_both_leaders_sign_before_it_counts(axle: None, okada: Member, ono: Member) -> None:
    made = propose_agreement(VOWS, rhythm="month", by=okada)
    assert active() is None
    sign_agreement(made, by=okada)
    assert active() is None
    with pytest.raises(AlreadySigned):
        sign_agreement(made, by=okada)
    sign_agreement(made, by=ono)
    assert active() == made
    with pytest.raises(AgreementSettled):
        withdraw_agreement(made, by=ono)


def test_who_does_not_lead_proposes_but_does_not_sign(axle: None, mei: Member, sato: Member, ono: Member) -> None:
    made = propose_agreement(VOWS, rhythm="quarter", by=mei)
    for member in (mei, sato):
        with pytest.raises(NotLeader):
            sign_agreement(made, by=member)
    assert set(Notification.objects.filter(kind="agreement").values_list("member", flat=True)) == {ono.pk}


def test_nobody_signs_for_both_sides_while_somebody_else_leads(axle: None, okada: Member, ono: Member) -> None:
    made = propose_agreement(VOWS, rhythm="month", by=ono)
    sign_agreement(made, by=ono, side="sales")
    with pytest.raises(NotLeader):
        sign_agreement(made, by=ono, side="marketing")


def test_one_proposal_waits_at_a_time(axle: None, okada: Member) -> None:
    made = propose_agreement(VOWS, rhythm="month", by=okada)
    with pytest.raises(AgreementWaiting):
        propose_agreement(VOWS, rhythm="month", by=okada)
    withdraw_agreement(made, by=okada)
    assert propose_agreement(VOWS, rhythm="month", by=okada).version == 2


def test_an_empty_agreement_is_refused_and_nothing_is_written(axle: None, okada: Member) -> None:
    with pytest.raises(AgreementInvalid):
        propose_agreement([Vow("volume", 4)], rhythm="month", by=okada)
    assert not Agreement.objects.exists()


def test_a_reader_promises_nothing(axle: None, okada: Member) -> None:
    reader = Member.objects.create_user("reader@ryorin.example", family_name="浜田", role=Role.READ_ONLY)
    with pytest.raises(NotAllowed):
        propose_agreement(VOWS, rhythm="month", by=reader)


def test_a_new_version_replaces_the_old_one(agreement: Agreement, okada: Member, ono: Member) -> None:
    made = propose_agreement(VOWS[:3], rhythm="quarter", by=ono)
    sign_agreement(made, by=okada)
    sign_agreement(made, by=ono)
    agreement.refresh_from_db()
    assert active() == made and agreement.active_until is not None


def test_each_promise_is_counted_from_its_hand_offs(
    agreement: Agreement, sato: Member, no_budget: SendBackReason, ono: Member
) -> None:
    default_pipeline()
    with clock.frozen(TEN):
        quick, late, silent, open_yet = (offer_handoff(lead(name), owner=sato) for name in ("aa", "bb", "cc", "dd"))
    with clock.frozen(TEN + timedelta(hours=1)):
        deal = accept_handoff(quick, by=sato)
    with clock.frozen(TEN + timedelta(hours=2)):
        log_activity("called", by=sato, person=quick.person, deal=deal)
        open_yet = offer_handoff(lead("ee"), owner=sato)
    with clock.frozen(TEN + timedelta(hours=4)):
        send_back_handoff(late, by=sato, reason=no_budget)
        today = clock.today()
        period = period_at(agreement, today)
        met, missed = cases(kept("answer"), period)
        assert list(met) == [quick]
        assert set(missed) == {late, silent, *missed.filter(person__family_name="dd")}
        assert open_yet not in missed and open_yet not in met
        assert cases(kept("volume"), period)[0].count() == 5
        assert standing_of(kept("quality"), period, today=today).value == 50
        assert standing_of(kept("contact"), period, today=today).standing is Standing.ON_PACE


def test_a_lead_accepted_and_left_alone_breaks_the_promise_of_contact(agreement: Agreement, sato: Member) -> None:
    default_pipeline()
    with clock.frozen(TEN):
        accept_handoff(offer_handoff(lead("aa"), owner=sato), by=sato)
    promise = kept("contact")
    with clock.frozen(TEN + timedelta(hours=2)):
        met, missed = cases(promise, period_at(agreement, clock.today()))
        assert (met.count(), missed.count()) == (0, 0)
    with clock.frozen(TEN + timedelta(days=3)):
        met, missed = cases(promise, period_at(agreement, clock.today()))
        assert (met.count(), missed.count()) == (0, 1)


def test_a_promise_to_one_team_counts_its_leads_only(
    axle: None, okada: Member, ono: Member, east: Team, sato: Member
) -> None:
    other = Team.objects.create(name="営業二課")
    made = propose_agreement([Vow("volume", 4, team_id=other.pk), VOWS[2]], rhythm="month", by=okada)
    offer_handoff(lead("aa"), owner=sato)
    period = period_at(made, clock.today())
    assert cases(Promise.objects.get(kind="volume"), period)[0].count() == 0


def test_leaders_are_told_once_of_a_promise_that_is_behind_and_once_when_it_is_broken(
    agreement: Agreement, okada: Member, ono: Member
) -> None:
    Notification.objects.all().delete()
    with clock.frozen(TEN + timedelta(days=10)):
        assert watch_promises() == 1
        assert watch_promises() == 0
        assert [each.promise.kind for each in troubles()] == ["volume"]
    with clock.frozen(TEN + timedelta(days=16)):
        assert watch_promises() == 1  # November is over, December too young to worry
        assert watch_promises() == 0
    told = Notification.objects.filter(kind="agreement").order_by("pk")
    assert [row.text for row in told.filter(member=ono)] == [
        "約束が遅れています：引き継ぐリード 4件以上",
        "約束が未達です：引き継ぐリード 4件以上",
    ]
    assert told.filter(member=okada).count() == 2 and Warned.objects.count() == 2


def test_without_an_agreement_there_is_nothing_to_watch(axle: None) -> None:
    assert watch_promises() == 0 and troubles() == []


def test_no_period_from_before_the_agreement_is_judged(agreement: Agreement) -> None:
    with clock.frozen(TEN):
        assert len(recent_periods(agreement, today=clock.today())) == 1
    with clock.frozen(TEN + timedelta(days=70)):
        assert len(recent_periods(agreement, today=clock.today())) == 3
