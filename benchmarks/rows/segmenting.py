"""Live segments: filling one from everybody, and the time until a touchpoint has changed who is in."""

from functools import partial
from itertools import count
from typing import Any

from benchmarks.bench import Bench, counted
from benchmarks.clocking import seconds_of, times_of
from benchmarks.results import Bar, Result

SEGMENTS = 20
WAITING = 3.0  # the most the worker waits before it looks at the inbox (2 s), then at the segments (1 s)
KINDS = ("page_view", "downloaded", "mail_clicked", "form_submitted")


def follow(bench: Bench) -> list[Result]:
    """Twenty live segments over people and history; one is filled, then touchpoints bring people into one of them."""
    from ryorin.customers.segments.models import Membership, Segment
    from ryorin.customers.timeline.actions import record
    from ryorin.insight.lake.actions import keep_up
    from ryorin.marketing.segments.actions import create_segment, follow_changes

    made = [
        create_segment(by=None, name=f"segment {number}", condition=condition_of(number)) for number in range(SEGMENTS)
    ]
    goal = create_segment(by=None, name="goal", condition={"all": [{"did": "event_attended", "within_days": 1}]})
    filling = seconds_of(follow_changes) / (len(made) + 1)
    people = count(bench.scale.people // 3)

    def brought_in() -> None:
        person = next(people)
        record("event_attended", source="bench", person_id=person)
        keep_up()
        follow_changes()
        if not Membership.objects.filter(segment=goal, person_id=person).exists():
            raise RuntimeError("the touchpoint has not changed the segment")

    worked = times_of(brought_in, repeats=bench.scale.repeats)
    size = counted(bench.scale.touchpoints, "touchpoints")
    Segment.objects.filter(pk__in=[one.pk for one in (*made, goal)]).delete()
    return [
        Result(work="segment: filled from everybody", size=size, times=(filling,)),
        Result(
            work="segment: touchpoint to member",
            size=size,
            times=tuple(map(partial(_waited, WAITING), worked)),
            bars=(Bar("p95", most=5.0),),
        ),
    ]


def condition_of(number: int) -> dict[str, Any]:
    """Return one of many conditions over what people are and did."""
    did = {"did": KINDS[number % len(KINDS)], "times": {"gte": 1 + number // 4}, "within_days": 30}
    return {"all": [{"field": "prefecture", "op": "is", "value": f"{number + 1:02}"}, did]}


def _waited(waiting: float, seconds: float) -> float:
    return waiting + seconds
