"""Whatever is drawn, and wherever a worker dies: nobody is lost, nobody passes a card twice, the counts are right."""

import random
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.marketing.journeys.conftest import NOON, card, days

from ryorin.customers.people.actions import create_person
from ryorin.lib import clock
from ryorin.marketing.journeys import actions
from ryorin.marketing.journeys.actions import engine
from ryorin.marketing.journeys.models import ALIVE, NodeDay, Passage, PassageState, Step
from ryorin.marketing.journeys.rules.drawing import read, walk
from ryorin.workspace.tasks.models import Task


class Killed(BaseException):
    """The worker died here."""


def drawings() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Return lists of cards in all shapes; their keys are given afterwards."""
    simple = st.sampled_from(
        [
            days("k", 1),
            card("k", "wait", mode="until", hour=9, minute=0, weekdays=[], business=True),
            card("k", "task", title="電話する", owner="journey", days=1),
            card("k", "score", points=1),
            card("k", "goal", name="済", leaves=False),
            card("k", "exit"),
        ]
    )

    def dividing(inner: st.SearchStrategy[list[Any]]) -> st.SearchStrategy[Any]:
        halves = st.tuples(inner, inner).map(
            lambda arms: card(
                "k", "split", [{"name": "A", "share": 50}, *arms[0]], [{"name": "B", "share": 50}, *arms[1]]
            )
        )
        names = {"field": "family_name", "op": "contains", "value": "1"}
        branches = st.tuples(inner, inner).map(
            lambda arms: card("k", "branch", [{"name": "1", "condition": names}, *arms[0]], [{"name": "他"}, *arms[1]])
        )
        wait: dict[str, Any] = {"what": "condition", "condition": names, "amount": 2, "unit": "days"}
        waits = st.tuples(inner, inner).map(
            lambda arms: card("k", "wait_for", [{"name": "済"}, *arms[0]], [{"name": "未"}, *arms[1]], **wait)
        )
        return st.lists(st.one_of(simple, halves, branches, waits), max_size=3)

    return st.recursive(st.lists(simple, max_size=3), dividing, max_leaves=6).filter(bool)


def keyed(cards: list[dict[str, Any]], numbers: Any) -> list[dict[str, Any]]:
    return [
        {
            **one,
            "key": f"n{next(numbers)}",
            **(
                {"arms": [{**arm, "cards": keyed(arm["cards"], numbers)} for arm in one["arms"]]}
                if "arms" in one
                else {}
            ),
        }
        for one in cards
    ]


@pytest.mark.filterwarnings("ignore")
class NobodyIsLost(TestCase):
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cards=drawings(), seed=st.integers(0, 2**16))
    def test_random_journeys_with_random_kills(self, cards: list[dict[str, Any]], seed: int) -> None:
        dice = random.Random(seed)
        drawing = read({"start": {"kind": "hand"}, "cards": keyed(cards, iter(range(1000)))})
        with clock.frozen(NOON):
            people = [create_person(by=None, family_name=f"客{number}") for number in range(6)]
            journey = actions.create_journey(name="無作為", drawing=drawing, by=None)
            try:
                actions.publish(journey, by=None, version=None)
            except Exception:
                return  # a drawing with cards nobody reaches is not switched on
            actions.enter_people(journey, people, by=None)
        whole = engine.settle

        def settle(*parts: Any) -> None:
            if dice.random() < 0.4:
                raise Killed
            whole(*parts)
            if dice.random() < 0.2:
                raise Killed

        with patch.object(engine, "BATCH", 2), patch.object(engine, "settle", settle):
            for day in range(40):
                for _try in range(12):
                    with clock.frozen(NOON + timedelta(days=day)):
                        try:
                            engine.advance_due()
                        except Killed:
                            continue
        rows = list(Passage.objects.filter(journey=journey))
        self.assertEqual(len(rows), len(people))
        self.assertFalse([row.problem for row in rows if row.state == PassageState.FAILED])
        for row in rows:
            visits = list(Step.objects.filter(passage=row).order_by("visit").values_list("visit", flat=True))
            self.assertEqual(visits, list(range(row.visit)))
        tasks = sum(one.kind == "task" for one in walk(drawing.cards))
        done = Step.objects.filter(passage__journey=journey, outcome="task").count()
        self.assertEqual(Task.objects.count(), done)
        self.assertLessEqual(done, tasks * len(people))
        for node in journey.versions.get().nodes.all():
            counts = list(NodeDay.objects.filter(node=node))
            here = sum(one.entered - one.left for one in counts)
            self.assertEqual(here, Passage.objects.filter(node=node, state__in=ALIVE).count())
