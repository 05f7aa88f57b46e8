"""Ways from a number to the people behind it."""

from ryorin.conditions.parser import to_query
from ryorin.conditions.tree import Node
from ryorin.web.context import address_of


def address_of_people(node: Node) -> str:
    """Return the address of the list of people a condition means, "" where there is no such page."""
    people = address_of("people")
    return f"{people}?{to_query(node)}" if people else ""
