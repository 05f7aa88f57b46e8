"""A meeting's pack: its agenda gathered from all data, and then as PowerPoint and PDF, beside the KPI board alone."""

from datetime import date, time, timedelta
from statistics import median

from benchmarks.bench import Bench, counted
from benchmarks.clocking import times_of
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

    gathering = times_of(gather, repeats=TIMES, warm_up=1)
    assert len(agenda_of(meeting, with_hidden=True)) >= 7
    alone = times_of(board_alone, repeats=TIMES, warm_up=1)
    papers = times_of(lambda: (powerpoint_of(meeting), pdf_of(meeting)), repeats=TIMES, warm_up=1)
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
