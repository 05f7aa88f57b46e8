"""Two people close or move the same deal at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from ryorin.customers.people.models import Person
from ryorin.lib.errors import Refusal
from ryorin.sales.deals.actions import lose_deal, move_deal, open_deal, win_deal
from ryorin.sales.deals.errors import DealClosed
from ryorin.sales.deals.models import LostReason
from ryorin.sales.deals.queries import default_pipeline
from ryorin.workspace.audit.queries import verify
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*verbs: Callable[[], Any]) -> list[Any]:
    """Return what each verb answered or refused; on SQLite, whose test database threads cannot share, in turn."""
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


def test_a_deal_is_closed_once(ada: Person, sato: Member, kimura: Member) -> None:
    default_pipeline()
    deal = open_deal(name="検査装置", by=sato, person=ada)
    reason = LostReason.objects.all()[0]
    found = at_once(lambda: win_deal(deal, by=sato), lambda: lose_deal(deal, by=kimura, reason=reason))
    assert [type(each) for each in found if isinstance(each, Refusal)] == [DealClosed]
    deal.refresh_from_db()
    assert (deal.version, deal.moves.count()) == (2, 2)
    assert verify().ok


def test_of_two_who_drag_a_card_one_is_told(ada: Person, sato: Member, kimura: Member) -> None:
    stages = default_pipeline().stages.all()
    deal = open_deal(name="検査装置", by=sato, person=ada)
    found = at_once(
        lambda: move_deal(deal, stages[1], by=sato, version=1), lambda: move_deal(deal, stages[2], by=kimura, version=1)
    )
    assert [type(each) for each in found if isinstance(each, Refusal)] == [StaleRecord]
    deal.refresh_from_db()
    assert (deal.version, deal.moves.count()) == (2, 2)
