"""Page views behind a number of visits, with the people who made them."""

from collections.abc import Sequence
from typing import Any

from ryorin.customers.people.models import Person
from ryorin.web.insight.showing import part_names
from ryorin.workspace.members.models import Member

SHOWN = 200


def hits(uids: Sequence[str], member: Member) -> list[dict[str, Any]]:
    """Return the newest of these touchpoints: when, which page, over which channel, and who, as far as visible."""
    from ryorin.insight.lake.queries import table  # history is loaded when somebody asks it

    views = table("touchpoints")
    wanted = views.filter(views.uid.isin(list(uids)[:SHOWN]))
    columns = ["uid", "at", "url", "channel", "person_id", "visitor"]
    rows: list[dict[str, Any]] = wanted.select(*columns).order_by(wanted.at.desc()).to_pyarrow().to_pylist()
    people = Person.objects.visible_to(member).in_bulk({row["person_id"] for row in rows if row["person_id"]})
    channels = part_names("channel", {row["channel"] or None for row in rows})
    return [row | {"person": people.get(row["person_id"]), "channel": channels[row["channel"] or None]} for row in rows]
