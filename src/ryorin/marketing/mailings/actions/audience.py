"""Making one row for every person of a mailing's audience: in slices, each whole, gone on with after any crash."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Value
from django.db.models.functions import Lower, StrIndex, Substr, Trim

from ryorin.conditions.to_orm import among
from ryorin.customers.consent.queries import with_standing
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.marketing.experiments.actions import assign_many, has_part
from ryorin.marketing.mail.models import MailKind
from ryorin.marketing.mailings.actions.standing import ONLY_ADVERTISING
from ryorin.marketing.mailings.models import (
    Mailing,
    MailingState,
    MailPause,
    Recipient,
    RecipientState,
    TopicRefusal,
    When,
)
from ryorin.marketing.mailings.queries.audience import audience_of
from ryorin.marketing.mailings.queries.hours import best_hours, next_at_hour
from ryorin.marketing.mailings.rules.lanes import lane_of
from ryorin.marketing.mailings.rules.pace import BIG_DOMAIN
from ryorin.marketing.mailings.rules.reasons import BAD_ADDRESS, PAUSED, SAME_ADDRESS, TOPIC
from ryorin.workspace.audit import actions as audit

ADDRESS = r"^[^@ ]+@[^@ ]+$"
SLICE = 10_000
HELD = timedelta(days=3650)  # those who wait for the winner of a test


def prepare_mailings() -> int:
    """This function will make recipients of every confirmed mailing, and let those that are ready begin."""
    made = 0
    for pk in list(Mailing.objects.filter(state=MailingState.CHECKING).values_list("pk", flat=True)):
        while (count := _next_slice(pk)) is not None:
            made += count
    return made


@transaction.atomic
def _next_slice(pk: int) -> int | None:
    """Return how many rows the next slice brought, None when the mailing is ready or no longer wanted."""
    mailing = Mailing.objects.select_for_update(of=("self",)).select_related("message").get(pk=pk)
    if mailing.state != MailingState.CHECKING:
        return None
    people = audience_of(mailing).filter(pk__gt=mailing.audience_until).order_by("pk")
    last = people.values_list("pk", flat=True)[:SLICE].aggregate(last=Max("pk"))["last"]
    if last is None:
        _ready(mailing)
        return None
    first = mailing.audience_until
    insert_recipients(mailing, audience_of(mailing).filter(pk__gt=first, pk__lte=last), now=clock.now())
    rows = Recipient.objects.filter(mailing=mailing, key="", person__gt=first, person__lte=last)
    skip_duplicates(rows, mailing)
    name_lanes(rows)
    refuse_choices(rows, mailing)
    if mailing.when == When.BEST_HOUR:
        spread(rows.filter(state=RecipientState.WAITING), mailing)
    if mailing.experiment_id:
        draw_variants(rows.filter(state=RecipientState.WAITING), mailing)
    mailing.audience_until, mailing.is_tally_stale = last, True
    mailing.save(update_fields=["audience_until", "is_tally_stale"])
    return rows.count()


def insert_recipients(mailing: Mailing, people: QuerySet[Person], *, now: datetime) -> None:
    """This function will insert a row for each of the people with an address; those not to be mailed are set apart."""
    address = Trim("email")
    rows = with_standing(people.exclude(email="").order_by()).annotate(
        to=address, at_domain=Lower(Substr(address, StrIndex(address, Value("@")) + 1))
    )
    sql, parameters = rows.values_list("pk", "to", "at_domain", "mail_reason").query.sql_with_params()
    allowed = [""]
    if mailing.message and mailing.message.kind == MailKind.TRANSACTION:
        allowed += sorted(ONLY_ADVERTISING)
    due_at = connection.ops.adapt_datetimefield_value(mailing.starts_at or now)
    marks = ", ".join(["%s"] * len(allowed))
    with connection.cursor() as cursor:
        cursor.execute(
            f'WITH p(person, address, domain, refusal) AS ({sql}) INSERT INTO "{Recipient._meta.db_table}"'
            ' (mailing_id, person_id, "key", reason, address, domain, lane, state, due_at, lease, tries, message_uid,'
            " answer, bounce) SELECT %s, person, '', '', address, SUBSTR(domain, 1, 253), '',"
            f" CASE WHEN refusal IN ({marks}) THEN 'waiting' ELSE 'suppressed' END, %s, '', 0, '',"
            f" CASE WHEN refusal IN ({marks}) THEN '' ELSE refusal END, '' FROM p WHERE 1 = 1 ON CONFLICT DO NOTHING",
            [*parameters, mailing.pk, *allowed, due_at, *allowed],
        )


def skip_duplicates(rows: QuerySet[Recipient], mailing: Mailing) -> None:
    """This function will skip those whose address stands in the mailing already, and what is no address at all."""
    waiting = rows.filter(state=RecipientState.WAITING)
    waiting.exclude(address__regex=ADDRESS).update(state=RecipientState.SKIPPED, answer=BAD_ADDRESS)
    earlier = Recipient.objects.filter(mailing=mailing, address=OuterRef("address"), pk__lt=OuterRef("pk"))
    mailed = earlier.exclude(state__in=(RecipientState.SUPPRESSED, RecipientState.SKIPPED))
    waiting.filter(Exists(mailed)).update(state=RecipientState.SKIPPED, answer=SAME_ADDRESS)


def name_lanes(rows: QuerySet[Recipient]) -> None:
    """This function will write for each recipient which provider's pace it keeps."""
    domains = rows.order_by().values_list("domain", flat=True).distinct()
    lanes: dict[str, list[str]] = {}
    for domain in domains:
        if lane := lane_of(domain):
            lanes.setdefault(lane, []).append(domain)
    for lane, names in lanes.items():
        rows.filter(domain__in=names).update(lane=lane)


def refuse_choices(rows: QuerySet[Recipient], mailing: Mailing) -> None:
    """This function will set apart who asked for a pause, or for none of this kind of mail."""
    if mailing.message and mailing.message.kind == MailKind.TRANSACTION:
        return
    waiting = rows.filter(state=RecipientState.WAITING)
    pauses = MailPause.objects.filter(person=OuterRef("person"), until__gt=clock.now())
    waiting.filter(Exists(pauses)).update(state=RecipientState.SUPPRESSED, answer=PAUSED)
    if mailing.topic_id:
        refusals = TopicRefusal.objects.filter(person=OuterRef("person"), topic=mailing.topic_id)
        waiting.filter(Exists(refusals)).update(state=RecipientState.SUPPRESSED, answer=TOPIC)


def spread(rows: QuerySet[Recipient], mailing: Mailing) -> None:
    """This function will let everybody's mail wait for the hour at which they mostly read."""
    start = max(mailing.starts_at or clock.now(), clock.now())
    people = list(rows.values_list("person_id", flat=True))
    by_hour: dict[int, list[int]] = {}
    for person, hour in best_hours([pk for pk in people if pk is not None]).items():
        by_hour.setdefault(hour, []).append(person)
    for hour, ids in by_hour.items():
        rows.filter(among("person_id", ids)).update(due_at=next_at_hour(start, hour))


def draw_variants(rows: QuerySet[Recipient], mailing: Mailing) -> None:
    """This function will give those who take part in the test their variant; the others wait for the winner."""
    experiment = mailing.experiment
    if experiment is None:
        return
    units = {f"p:{person}": pk for pk, person in rows.values_list("pk", "person_id")}
    part: dict[int, list[int]] = {}
    for unit, variant in assign_many(experiment, list(units)).items():
        if has_part(experiment, unit):
            part.setdefault(variant.pk, []).append(units[unit])
    for variant_pk, pks in part.items():
        rows.filter(among("pk", pks)).update(variant=variant_pk)
    rows.filter(variant__isnull=True).update(due_at=clock.now() + HELD)


def _ready(mailing: Mailing) -> None:
    """This function will let the mailing begin, or be over when there is nobody to mail."""
    rows = Recipient.objects.filter(mailing=mailing)
    waiting = rows.filter(state=RecipientState.WAITING)
    big = waiting.filter(lane="").order_by().values("domain").annotate(n=Count("pk")).filter(n__gt=BIG_DOMAIN)
    for domain in list(big.values_list("domain", flat=True)[:200]):
        waiting.filter(lane="", domain=domain).update(lane=domain[:120])
    now = clock.now()
    mailing.lanes = sorted(waiting.order_by().values_list("lane", flat=True).distinct())
    mailing.size, mailing.is_tally_stale = waiting.count(), True
    is_later = mailing.starts_at is not None and mailing.starts_at > now
    mailing.state = MailingState.SCHEDULED if is_later else MailingState.SENDING
    if not mailing.size:
        mailing.state, mailing.finished_at = MailingState.DONE, now
    elif not is_later:
        mailing.started_at = now
    if mailing.experiment_id:
        mailing.test_ends_at = (mailing.starts_at or now) + timedelta(hours=mailing.test_hours)
    mailing.version += 1
    mailing.updated_at = now
    mailing.save()
    audit.record("mailing_prepared", "mailing", mailing.pk, by=None, name=mailing.name, size=mailing.size)
