"""What a thing said concerns: the person's campaign, segments of that day, pages, forms and mails of before."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.db.models import Q

from ryorin.alignment.feedback.models import Saying, Subject, Tie
from ryorin.alignment.feedback.rules import LOOKED_BACK
from ryorin.customers.segments.models import Membership, MembershipChange
from ryorin.insight.lake.queries import touchpoints_of
from ryorin.marketing.mailings.models import Recipient
from ryorin.marketing.pages.models import FormAnswer
from ryorin.marketing.sites.models import LandingPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A saying as its record tells it, and the campaign that brought the person."""

    source_key: str
    kind: str
    key: str
    label: str
    at: datetime
    person_id: int | None
    by_id: int | None
    owner_id: int | None
    campaign_id: int | None
    handoff_id: int | None = None
    deal_id: int | None = None
    need_id: int | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A person met something of marketing's at a moment."""

    person_id: int
    sort: str
    subject_id: int
    at: datetime


def tie(changed: Sequence[tuple[Saying, Draft]]) -> None:
    """This function will tie each saying to what it concerns, anew where it was tied before."""
    if not changed:
        return
    Tie.objects.filter(saying__in=[saying.pk for saying, _draft in changed]).delete()
    people = {draft.person_id for _saying, draft in changed if draft.person_id is not None}
    held, met = _segments(people), _contacts(people)
    rows = []
    for saying, draft in changed:
        found = set(_concerned(draft, held, met))
        rows += [Tie(saying=saying, sort=sort, subject_id=subject, at=draft.at) for sort, subject in sorted(found)]
    Tie.objects.bulk_create(rows, batch_size=500)


def _concerned(
    draft: Draft, held: dict[int, list[tuple[int, datetime, bool]]], met: dict[int, list[Contact]]
) -> Iterator[tuple[str, int]]:
    if draft.campaign_id:
        yield Subject.CAMPAIGN.value, draft.campaign_id
    if draft.person_id is None:
        return
    for segment in segments_at(held.get(draft.person_id, ()), draft.at):
        yield Subject.SEGMENT.value, segment
    for contact in met.get(draft.person_id, ()):
        if draft.at - LOOKED_BACK <= contact.at <= draft.at:
            yield contact.sort, contact.subject_id


def segments_at(changes: Iterable[tuple[int, datetime, bool]], at: datetime) -> set[int]:
    """Return the segments that somebody was in at a moment, from (segment, when, came in) in order of time."""
    inside: set[int] = set()
    for segment, moment, entered in changes:
        if moment <= at:
            (inside.add if entered else inside.discard)(segment)
    return inside


def _segments(people: set[int]) -> dict[int, list[tuple[int, datetime, bool]]]:
    """Return each person's comings and goings; a membership nobody logged counts from when it began."""
    found: dict[int, list[tuple[int, datetime, bool]]] = {}
    logged = set()
    changes = MembershipChange.objects.filter(person_id__in=people).order_by("pk")
    for person, segment, at, entered in changes.values_list("person_id", "segment_id", "at", "entered"):
        found.setdefault(person, []).append((segment, at, entered))
        logged.add((person, segment))
    members = Membership.objects.filter(person_id__in=people)
    for person, segment, since in members.values_list("person_id", "segment_id", "since"):
        if (person, segment) not in logged:
            found.setdefault(person, []).append((segment, since, True))
    return found


def _contacts(people: set[int]) -> dict[int, list[Contact]]:
    """Return what these people met: forms they answered (and the pages these stood on), mails clicked, pages viewed."""
    found: dict[int, list[Contact]] = {}
    for contact in (*_answered(people), *_clicked(people), *_viewed(people)):
        found.setdefault(contact.person_id, []).append(contact)
    return found


def _answered(people: set[int]) -> Iterator[Contact]:
    rows = FormAnswer.objects.filter(person_id__in=people, is_spam=False).order_by()
    for person, form, at, place in rows.values_list("person_id", "form_id", "at", "place"):
        yield Contact(person, Subject.FORM, form, at)
        page = place.get("page") if isinstance(place, dict) else None
        if isinstance(page, int):
            yield Contact(person, Subject.PAGE, page, at)


def _clicked(people: set[int]) -> Iterator[Contact]:
    rows = Recipient.objects.filter(person_id__in=people, clicked_at__isnull=False).order_by()
    for person, message, at in rows.values_list("person_id", "mailing__message_id", "clicked_at"):
        if at is not None:
            yield Contact(person, Subject.MAIL, message, at)


def _viewed(people: set[int]) -> Iterator[Contact]:
    views = [row for row in touchpoints_of(people, ("kind", "at", "url")) if row["kind"] == "page_view" and row["url"]]
    if not views:
        return
    pages = _pages_by_address({urlsplit(row["url"]).path.rstrip("/") for row in views})
    for row in views:
        url = urlsplit(row["url"])
        path = url.path.rstrip("/")
        page = pages.get((url.hostname or "", path)) or pages.get(("", path))
        if page is not None:
            yield Contact(row["person_id"], Subject.PAGE, page, row["at"])


def _pages_by_address(paths: set[str]) -> dict[tuple[str, str], int]:
    """Return the pages at these paths by host ("" for a site below the members' host) and path without end stroke."""
    ends = {path.strip("/") for path in paths}
    ends |= {"/".join(end.split("/")[2:]) for end in ends if end.startswith("s/")}
    found = LandingPage.objects.filter(Q(path__in=ends), variant_of=None).order_by()
    addresses = {}
    for pk, path, host, slug in found.values_list("pk", "path", "site__host", "site__slug"):
        base = "" if host else f"/s/{slug}"
        addresses[host.partition(":")[0], f"{base}/{path}".rstrip("/")] = pk
    return addresses
