"""Proposals for the largest open deals: some handed over, one in its second version, some still being written."""

from datetime import datetime, timedelta

from ryorin.lib import clock
from ryorin.sales.deals.models import Deal
from ryorin.sales.proposals.actions import prepare_templates, revise_proposal, send_proposal, start_proposal

PROPOSED, HANDED_OVER, REVISED = 8, 5, 2


def propose_for_deals(*, now: datetime) -> None:
    """This function will write proposals for deals with products and people, the largest ones first."""
    template = prepare_templates()[0]
    deals = Deal.objects.open().filter(products__isnull=False, company__isnull=False, person__isnull=False).distinct()
    for place, deal in enumerate(deals.order_by("-amount", "pk")[:PROPOSED]):
        by = deal.owner
        with clock.frozen(max(now - timedelta(days=9 - place), deal.opened_at)):
            proposal = start_proposal(deal, by=by, template=template)
        if place >= HANDED_OVER:
            continue
        with clock.frozen(max(now - timedelta(days=8 - place), deal.opened_at)):
            proposal = send_proposal(proposal, by=by, version=None)
        if place < REVISED:
            with clock.frozen(now - timedelta(hours=20 + place)):
                proposal = revise_proposal(proposal, by=by)
        if place == 0:
            with clock.frozen(now - timedelta(hours=19)):
                send_proposal(proposal, by=by, version=None)
