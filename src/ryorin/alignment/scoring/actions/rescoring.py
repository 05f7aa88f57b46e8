"""Scoring people: everybody when the rules or the day changed, else those about whom something is new."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import BooleanField, Case, F, Q, QuerySet, Value, When

from ryorin.alignment.definitions.queries import active_node
from ryorin.alignment.scoring.models import ScoreRule, ScoringPosition
from ryorin.alignment.scoring.queries import position, readable_rules
from ryorin.alignment.scoring.rules import ReadableRule, Scale, digest_of
from ryorin.conditions.meaning import ZONE
from ryorin.conditions.to_orm import to_q
from ryorin.conditions.tree import Did, Node
from ryorin.customers.identity.models import Identity
from ryorin.customers.people.actions import reach_stage, set_scores
from ryorin.customers.people.fields import PERSON
from ryorin.customers.people.models import LifecycleStage, Person
from ryorin.insight.lake.queries import Doers, people_touched_since
from ryorin.lib import clock

PAGE = 2_000
SOME = 5_000  # more changed people than this: everybody is scored, history is read once
OVERLAP = timedelta(seconds=10)  # a transaction may become visible this much later than its time stamp

Who = Callable[[Did], Sequence[int]]


@dataclass
class Outcome:
    """How many people were scored, how many of them changed, and how many became qualified."""

    people: int = 0
    changed: int = 0
    qualified: int = 0


@dataclass(frozen=True)
class Measure:
    """What people are measured with: the rules, and the condition that makes a lead ready."""

    rules: list[ReadableRule]
    ready: Node | None

    @property
    def conditions(self) -> list[Node]:
        """All that is asked about people."""
        nodes = [rule.node for rule in self.rules] + [rule.fades_since for rule in self.rules if rule.fades_since]
        return nodes + ([self.ready] if self.ready else [])

    @property
    def digest(self) -> str:
        return digest_of(self.rules, self.ready)


def rescore(people_ids: Collection[int] | None = None) -> Outcome:
    """This function will compute score, reasons and readiness of these people (None: everybody)."""
    measure = Measure(readable_rules(), active_node())
    if people_ids is None:
        return _score_everybody(measure)
    return _score_some(measure, sorted(set(people_ids)))


def follow_changes() -> Outcome:
    """This function will score whoever changed since it was last called: people, their history, the rules, the day."""
    measure, done = Measure(readable_rules(), active_node()), position()
    is_of_today = done.scored_at is not None and _day(done.scored_at) == _day(clock.now())
    if done.changed_until is None or done.rules_digest != measure.digest or not is_of_today:
        return _score_everybody(measure)
    moment = clock.now()
    changed = Person.objects.filter(updated_at__gt=done.changed_until - OVERLAP)
    ids = set(changed.order_by("updated_at").values_list("pk", flat=True)[: SOME + 1])
    known = Identity.objects.filter(pk__gt=done.identities_until).order_by("pk").values_list("pk", "person_id")
    newly_known = list(known[: SOME + 1])
    touched, turn = people_touched_since(done.history_until)
    ids.update(person for _identity, person in newly_known)
    ids.update(touched)
    if len(ids) > SOME:
        return _score_everybody(measure)
    outcome = _score_some(measure, sorted(ids)) if ids else Outcome()
    last_identity = newly_known[-1][0] if newly_known else done.identities_until
    _note(changed_until=moment, identities_until=last_identity, history_until=turn)
    return outcome


def _score_everybody(measure: Measure) -> Outcome:
    """This function will score everybody, and start following changes from the moment it began."""
    moment = clock.now()
    last_identity = Identity.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    _touched, turn = people_touched_since(None)
    doers, outcome, held = Doers(now=moment), Outcome(), [0] * len(measure.rules)
    for first, last in _spans(Person.objects.all()):
        page = Person.objects.filter(pk__gte=first, pk__lte=last)
        _score_page(measure, page, doers.between(first, last), doers=doers, outcome=outcome, held=held)
    outcome.qualified = _qualify_ready(Person.objects.all())
    for rule, people in zip(measure.rules, held, strict=True):
        ScoreRule.objects.filter(pk=rule.id).update(people=people)
    _note(
        changed_until=moment,
        scored_at=moment,
        rules_digest=measure.digest,
        identities_until=last_identity,
        history_until=turn,
    )
    return outcome


def _score_some(measure: Measure, ids: list[int]) -> Outcome:
    """This function will score a few people, asking about them only."""
    outcome, held = Outcome(), [0] * len(measure.rules)
    for start in range(0, len(ids), PAGE):
        some = ids[start : start + PAGE]
        doers = Doers(among=some, asked=measure.conditions)
        page = Person.objects.filter(pk__in=some)
        _score_page(measure, page, doers, doers=doers, outcome=outcome, held=held)
        outcome.qualified += _qualify_ready(page)
    return outcome


def _score_page(
    measure: Measure, page: QuerySet[Person], who: Who, *, doers: Doers, outcome: Outcome, held: list[int]
) -> None:
    """This function will score the people of one page in one transaction, adding to `outcome` and `held`."""
    scale = Scale(measure.rules)
    names = [f"rule_{rule.id}" for rule in measure.rules]
    holds = {
        name: _holds(to_q(rule.node, PERSON, now=doers.now, did=who))
        for name, rule in zip(names, measure.rules, strict=True)
    }
    fading = [rule.fades_since for rule in measure.rules]
    lasts = [doers.last(did) if did else None for did in fading]
    now_scored = []
    with transaction.atomic():
        rows = page.annotate(**holds).values_list("pk", "score", "score_reasons", "is_ready", "given_points", *names)
        for pk, score, reasons, is_ready, given, *held_rules in rows:
            outcome.people += 1
            for index, is_held in enumerate(held_rules):
                held[index] += is_held
            days = tuple(_days_since(last.get(pk), doers.now) if last is not None else None for last in lasts)
            new_score, new_reasons = scale.of(tuple(held_rules), given, days)
            if (score, reasons) != (new_score, new_reasons):
                now_scored.append((pk, new_score, new_reasons, is_ready))
        outcome.changed += set_scores(now_scored)
        ready = Q(pk__in=()) if measure.ready is None else to_q(measure.ready, PERSON, now=doers.now, did=who)
        turned = page.annotate(ready_now=_holds(ready)).exclude(ready_now=F("is_ready"))
        turned_values = turned.values_list("pk", "score", "score_reasons", "is_ready")
        set_scores([(pk, score, reasons, not is_ready) for pk, score, reasons, is_ready in turned_values])


def _holds(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _qualify_ready(people: QuerySet[Person]) -> int:
    """This function will move those of the people who are ready leads on to `qualified`, and return how many."""
    early = (LifecycleStage.VISITOR, LifecycleStage.LEAD)
    ids = list(people.filter(is_ready=True, stage__in=early).values_list("pk", flat=True))
    for start in range(0, len(ids), PAGE):
        for person in Person.objects.filter(pk__in=ids[start : start + PAGE]):
            reach_stage(
                person,
                LifecycleStage.QUALIFIED,
                at=clock.now(),
                why="definition_met",
                channel=person.source_channel,
                campaign_id=person.source_campaign_id,
            )
    return len(ids)


def _spans(people: QuerySet[Person]) -> Iterator[tuple[int, int]]:
    """Yield the first and last id of pages that together hold all people."""
    last = 0
    while ids := list(people.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:PAGE]):
        yield ids[0], ids[-1]
        last = ids[-1]


def _note(**position: object) -> None:
    ScoringPosition.objects.update_or_create(pk=1, defaults=position)


def _days_since(last: datetime | None, now: datetime) -> int | None:
    return None if last is None else max((now - last).days, 0)


def _day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()
