"""The learned score: trained on thousands of answers, everybody scored with it, and one person."""

import os

from benchmarks.bench import Bench, counted
from benchmarks.clocking import peak_memory, seconds_of
from benchmarks.results import Bar, Result

ANSWERS = 20_000


def learned_score(bench: Bench) -> list[Result]:
    """Outcomes of some leads are made up from what the leads did; the rest is the product's own way."""
    from ryorin.alignment.learning.actions import learn, score_people
    from ryorin.alignment.learning.models import LeadOutcome, Lesson, ScoreVersion
    from ryorin.customers.people.models import Chance

    known = min(ANSWERS, bench.scale.people // 4)
    for rows in (ScoreVersion, Lesson, LeadOutcome, Chance):
        rows.objects.all().delete()
    make_outcomes(known)
    with peak_memory(os.getpid()) as peak:
        training = seconds_of(learn)
        everybody = seconds_of(score_people)
    version = ScoreVersion.objects.active().get()
    person = bench.scale.people // 2

    def scored_anew() -> float:
        Chance.objects.filter(pk=person).delete()
        return seconds_of(lambda: score_people([person]))

    one = tuple(scored_anew() for _each in range(bench.scale.repeats + 1))[1:]
    size = counted(bench.scale.people, "people")
    return [
        Result(work=f"learned score: training ({version.kind})", size=counted(known, "answers"), times=(training,)),
        Result(
            work="learned score: everybody",
            size=size,
            times=(everybody,),
            rate=bench.scale.people / everybody,
            memory=peak.bytes,
            bars=(Bar("p50", most=30.0),),
        ),
        Result(work="learned score: one person", size=size, times=one, bars=(Bar("p50", most=0.020),)),
    ]


def make_outcomes(count: int) -> None:
    """This function will say of the first leads how they ended, by their channel, their title and chance."""
    import random

    from ryorin.alignment.learning.actions import record_outcomes
    from ryorin.customers.people.models import Person

    dice, outcomes = random.Random(5), []
    people = Person.objects.order_by("pk").values_list("pk", "source_channel", "job_title", "first_contact_at")
    for pk, channel, title, at in people[:count]:
        chance = 0.15 + 0.35 * (len(channel) % 2) + 0.25 * ("長" in title)
        outcomes.append((pk, dice.random() < chance, at))
    record_outcomes(outcomes, source="bench")
