"""A meeting's pack: its agenda gathered from all data, and then as PowerPoint and PDF, beside the KPI board alone."""

from collections.abc import Callable
from datetime import date, time, timedelta
from statistics import median
from time import perf_counter

from benchmarks.bench import Bench, counted
from benchmarks.results import Bar, Result

TIMES = 5


def meeting_pack(bench: Bench) -> list[Result]:
    from ryorin.alignment.goals.queries import board
    from ryorin.alignment.meetings.actions import create_series, refresh_agenda
    from ryorin.alignment.meetings.models import Meeting, Series
    from ryorin.alignment.meetings.queries.agenda import agenda_of, period_of_meeting
    from ryorin.alignment.meetings.queries.paper import pdf_of
    from ryorin.alignment.meetings.queries.powerpoint import powerpoint_of
    from ryorin.insight.metrics import queries as metrics
    from ryorin.lib import clock
    from ryorin.workspace.members.models import Member, Role

    leader = Member.objects.filter(role=Role.ADMINISTRATOR).first()
    assert leader is not None
    today = clock.today()
    series = Series.objects.filter(name="定例").first() or create_series(
        by=None, name="定例", rhythm="weekly", weekday=today.weekday(), starts_on=date(today.year, 1, 1),
        begins_at=time(23, 50), organiser=leader, members=[leader], looks_at="this_year",
    )  # fmt: skip
    meeting = series.meetings.filter(starts_at__gt=clock.now() + timedelta(days=1)).order_by("starts_at").first()
    assert isinstance(meeting, Meeting)

    def gather() -> None:
        metrics._answers.clear()
        assert refresh_agenda(meeting)

    def board_alone() -> None:
        metrics._answers.clear()
        board(period_of_meeting(meeting), today=today)

    gathering = clocked(gather)
    assert len(agenda_of(meeting, with_hidden=True)) >= 7
    alone = clocked(board_alone)
    papers = clocked(lambda: (powerpoint_of(meeting), pdf_of(meeting)))
    return [
        Result(
            work="meeting agenda gathered",
            size=counted(bench.scale.touchpoints, "touchpoints"),
            times=gathering,
            ratio=median(gathering) / median(alone),
            reference=f"the KPI board alone: {median(alone):,.2f} s",
            bars=(Bar("p50", most=20.0),),
        ),
        Result(
            work="meeting pack written",
            size="PowerPoint and PDF",
            times=papers,
            bars=(Bar("p50", most=2.0),),
        ),
    ]


def clocked(work: Callable[[], object]) -> tuple[float, ...]:
    """Return how long each of the times took, after one to warm up."""
    work()
    found = []
    for _each in range(TIMES):
        began = perf_counter()
        work()
        found.append(perf_counter() - began)
    return tuple(found)
