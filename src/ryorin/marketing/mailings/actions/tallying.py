"""Counting recipients in the background, so that no page waits for a million rows."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta

from django.db.models import Q

from ryorin.lib import clock
from ryorin.marketing.mailings.models import Mailing, Recipient
from ryorin.marketing.mailings.queries.report import count

BIG = 50_000
PAUSE, LONG_PAUSE = timedelta(seconds=2), timedelta(seconds=60)


def outdate(mailings: Iterable[int]) -> None:
    """This function will note that the counts of these mailings are no longer right."""
    Mailing.objects.filter(pk__in=set(mailings), is_tally_stale=False).update(is_tally_stale=True)


def tally_mailings() -> int:
    """This function will count anew what changed, large mailings once a minute, and return how many were counted."""
    now = clock.now()
    rested = (
        Q(tallied_at__isnull=True) | Q(tallied_at__lt=now - PAUSE, size__lt=BIG) | Q(tallied_at__lt=now - LONG_PAUSE)
    )
    counted = 0
    for mailing in Mailing.objects.filter(rested, is_tally_stale=True).only("pk"):
        tally_now(mailing)
        counted += 1
    return counted


def tally_now(mailing: Mailing) -> None:
    """This function will count one mailing's recipients."""
    Mailing.objects.filter(pk=mailing.pk).update(is_tally_stale=False)
    tally = asdict(count(Recipient.objects.filter(mailing=mailing.pk)))
    Mailing.objects.filter(pk=mailing.pk).update(tally=tally, tallied_at=clock.now())
