"""The worker's duty: learn once a day, hear answers at once, score whoever changed."""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Max, Q

from ryorin.alignment.handoffs.models import Handoff
from ryorin.alignment.learning.actions.hearing import hear_answers
from ryorin.alignment.learning.actions.scoring import score_people
from ryorin.alignment.learning.actions.training import learn_from, note
from ryorin.alignment.learning.models import LearningState, LessonAbout, ScoreVersion
from ryorin.alignment.learning.queries.answers import known_answers
from ryorin.conditions.meaning import ZONE
from ryorin.customers.people.models import Person
from ryorin.insight.lake.queries import people_touched_since
from ryorin.lib import clock
from ryorin.sales.deals.models import Deal, DealState
from ryorin.workspace.organisation.queries import is_set_up

OVERLAP = timedelta(seconds=10)
COPY_BEHIND = timedelta(minutes=5)  # everybody is read from the lake, which may be this much behind the database
MANY = 100_000  # more changed people than this: everybody is scored
SOURCES = {LessonAbout.CAMPAIGN.value: "source_campaign_id", LessonAbout.CHANNEL.value: "source_channel"}


def keep_learning() -> int:
    """This function will do what is due of learning and scoring, and return how many people's probability changed."""
    if not is_set_up():
        return 0
    state = LearningState.objects.filter(pk=1).first() or LearningState(pk=1)
    learn_daily(state)
    version = ScoreVersion.objects.active().first()
    if version is None:
        return 0
    changed_sources = heard_since(state)
    state = LearningState.objects.get(pk=1)
    if state.scored_with != version.number or not _is_today(state.scored_at):
        return score_everybody(version)
    return score_changed(state, changed_sources)


def learn_daily(state: LearningState) -> None:
    """This function will learn once a day, where there are answers or ends of deals that were not there before."""
    if _is_today(state.tried_at):
        return
    known = known_answers()
    if state.tried_at and len(known.answers) == state.answers and not _settled_since(state.tried_at):
        note(tried_at=clock.now())
        return
    learn_from(known)


def heard_since(state: LearningState) -> set[tuple[str, str]]:
    """This function will hear the answers that are new, and return the sources whose lesson changed."""
    newest = Handoff.objects.answered().aggregate(newest=Max("updated_at"))["newest"]
    if newest is None or (state.answered_until and newest <= state.answered_until):
        return set()
    changed = hear_answers()
    note(answered_until=newest)
    return changed


def score_everybody(version: ScoreVersion) -> int:
    """This function will score everybody, hear what the version does not know yet, and follow changes from then on."""
    moment = clock.now()
    _touched, turn = people_touched_since(None)
    changed = score_people()
    if sources := hear_answers():
        score_people(people_of(sources))
    note(scored_at=moment, scored_with=version.number, changed_until=moment - COPY_BEHIND, history_until=turn)
    return changed


def score_changed(state: LearningState, sources: set[tuple[str, str]]) -> int:
    """This function will score the people who changed, who did something, or of whose source something was heard."""
    moment = clock.now()
    since = (state.changed_until or moment) - OVERLAP
    people = Person.objects.filter(updated_at__gt=since).order_by("updated_at")
    ids = set(people.values_list("pk", flat=True)[: MANY + 1])
    touched, turn = people_touched_since(state.history_until)
    ids |= touched
    ids.update(people_of(sources) if sources else ())
    changed = score_people(sorted(ids) if len(ids) <= MANY else None) if ids else 0
    note(changed_until=moment, history_until=turn)
    return changed


def people_of(sources: set[tuple[str, str]]) -> list[int]:
    """Return the people who came from these sources."""
    wanted = reduce(or_, (Q(**{SOURCES[about]: key}) for about, key in sources))
    return list(Person.objects.filter(wanted).values_list("pk", flat=True))


def _settled_since(moment: datetime) -> bool:
    return Deal.objects.exclude(state=DealState.OPEN).filter(updated_at__gt=moment).exists()


def _is_today(moment: datetime | None) -> bool:
    return moment is not None and moment.astimezone(ZONE).date() == clock.now().astimezone(ZONE).date()
