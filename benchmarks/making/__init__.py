"""Made-up people, companies, deals, orders and touchpoints: by the verbs that imports use, by the number asked for."""

from benchmarks.making.world import World, made

__all__ = ["World", "made"]
