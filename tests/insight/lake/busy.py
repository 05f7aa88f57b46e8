"""A process that records, drains, publishes and tidies without rest until it is killed; run by test_kill."""

import random
import sys
from pathlib import Path

import django

django.setup()

from ryorin.customers.people.models import Person  # noqa: E402
from ryorin.customers.timeline.actions import Touchpoint, record_many  # noqa: E402
from ryorin.insight.lake import rules  # noqa: E402
from ryorin.insight.lake.actions import append_touchpoints, catch_up, compact, drain, publishing  # noqa: E402
from ryorin.lib import clock  # noqa: E402
from ryorin.lib.ids import new_id  # noqa: E402


def work(acknowledged: Path, seed: int) -> None:
    """This function will write down each id after its touchpoint is durable, and never end by itself."""
    dice = random.Random(seed)
    rules.FRESH_FILES, publishing.SMALL_TABLE = 3, 10
    with acknowledged.open("a") as told:
        print("ready", flush=True)
        while True:
            new = [Touchpoint(kind="page_view", source="test", person_id=dice.randrange(9)) for _ in range(40)]
            ids = [str(uid) for uid in record_many(new)]
            if dice.random() < 0.3:
                bulk = [{"uid": str(new_id()), "at": clock.now(), "kind": "called"} for _ in range(30)]
                append_touchpoints(bulk)
                ids += [str(row["uid"]) for row in bulk]
            told.write("".join(f"{uid}\n" for uid in ids))
            told.flush()
            now = clock.now()
            Person.objects.create(family_name="客", stage_at=now, created_at=now, updated_at=now)
            dice.choice([drain, lambda: drain(limit=25), catch_up, lambda: compact(everything=True)])()


work(Path(sys.argv[1]), int(sys.argv[2]))
