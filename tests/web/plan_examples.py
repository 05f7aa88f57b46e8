"""A plan of the next quarter, and a lead whose path history knows, for the addresses that are about them."""

from datetime import timedelta

from tests.world import World

from ryorin.alignment.plans.actions import draft_plan
from ryorin.alignment.plans.models import Plan
from ryorin.alignment.plans.queries import newest_of, quarter_of
from ryorin.alignment.plans.rules import Basis, Source
from ryorin.customers.people.models import Person
from ryorin.insight.lake.actions import catch_up
from ryorin.lib import clock

BASIS = Basis(
    sources=(Source("search", 20_000, 1_000_000),), free_leads=5, members=1, hours_per_week=30, hours_per_lead=1,
    hours_per_deal=5, qualified_rate=0.4, accepted_rate=0.5, won_rate=0.25, qualified_lag=7, accepted_lag=2,
    won_lag=40, order_value=800_000,
)  # fmt: skip


def quarter_plan_of(world: World) -> Plan:
    """Return the plan of the next quarter, drafted by Mei where there is none."""
    ahead = quarter_of(quarter_of(clock.now().date()).end + timedelta(days=1))
    return newest_of(ahead) or draft_plan(ahead.start, BASIS, by=world.mei)


def lead_in_history(world: World) -> Person:
    catch_up()
    return world.ada
