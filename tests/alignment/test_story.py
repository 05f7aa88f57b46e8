"""From a stranger on the web site to a deal, by the duties of the worker alone."""

from datetime import timedelta

from tests.alignment.conftest import MONDAY

from ryorin.alignment.handoffs.actions import accept_handoff, escalate_overdue, offer_ready_leads, send_back_handoff
from ryorin.alignment.handoffs.models import Handoff, RoutingRule, SendBackReason
from ryorin.alignment.scoring.actions import follow_changes
from ryorin.customers.companies.models import Company
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.actions import record
from ryorin.insight.lake.actions import catch_up
from ryorin.lib import clock
from ryorin.workspace.members.models import Member
from ryorin.workspace.notifications.models import Notification


def worker() -> None:
    """This function will do once what the worker does again and again."""
    catch_up()
    follow_changes()
    offer_ready_leads()
    escalate_overdue()


def page_views(visitor: str, *, times: int) -> None:
    for _time in range(times):
        record("page_view", source="collector", visitor=visitor, properties={"url": "https://ryorin.example/pricing"})


def test_a_stranger_becomes_a_deal(
    sato: Member, tanaka: Member, ono: Member, acme: Company, in_turn: RoutingRule, no_budget: SendBackReason
) -> None:
    with clock.frozen(MONDAY):
        page_views("0195-ada", times=3)
        worker()
        assert not Handoff.objects.exists()

    with clock.frozen(MONDAY + timedelta(minutes=5)):
        fields = {"family_name": "安達", "email": "ada@acme.example", "job_title": "購買部長", "company": acme}
        ada = create_person(by=None, visitor="0195-ada", why="form_submitted", **fields)
        record("form_submitted", source="form:1", person_id=ada.pk, visitor="0195-ada")
        worker()
    first = Handoff.objects.get()
    assert (first.owner, first.score) == (sato, 65)

    with clock.frozen(MONDAY + timedelta(hours=5)):  # Sato missed the three hours, Ono hears of it
        worker()
        assert Notification.objects.filter(member=ono, kind="handoff_overdue").count() == 1
        send_back_handoff(first, by=sato, reason=no_budget)
        worker()
        assert Handoff.objects.waiting().count() == 0

    with clock.frozen(MONDAY + timedelta(days=8)):  # something new happens: she downloads the catalogue
        record("downloaded", source="form:2", person_id=ada.pk)
        worker()
        second = Handoff.objects.waiting().get()
        assert (second.owner, second.score) == (tanaka, 80)
        deal = accept_handoff(second, by=tanaka)
        worker()

    ada = Person.objects.get(pk=ada.pk)
    assert (ada.stage, ada.owner, deal.handoff_id) == ("opportunity", tanaka, second.pk)
    assert Handoff.objects.waiting().count() == 0
