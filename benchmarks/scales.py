"""How much made-up data there is, and how often each thing is repeated."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Sizes of the data set, and of the work of single rows."""

    name: str
    people: int
    companies: int
    deals: int
    touchpoints: int
    repeats: int
    imported: int
    batch: int
    hits: int
    created: int
    months: int
    starts: int

    def with_touchpoints(self, number: int) -> "Scale":
        return replace(self, touchpoints=number)

    @property
    def orders(self) -> int:
        return self.people // 10


FULL = Scale(
    name="full",
    people=1_000_000,
    companies=200_000,
    deals=100_000,
    touchpoints=50_000_000,
    repeats=100,
    imported=1_000_000,
    batch=2_000_000,
    hits=200_000,
    created=1_000,
    months=24,
    starts=3,
)
MEDIUM = Scale(
    name="medium",
    people=100_000,
    companies=20_000,
    deals=10_000,
    touchpoints=5_000_000,
    repeats=50,
    imported=100_000,
    batch=1_000_000,
    hits=50_000,
    created=320,
    months=24,
    starts=2,
)
SMALL = Scale(
    name="small",
    people=10_000,
    companies=2_000,
    deals=1_000,
    touchpoints=240_000,
    repeats=10,
    imported=10_000,
    batch=80_000,
    hits=4_000,
    created=64,
    months=12,
    starts=1,
)
SCALES = {scale.name: scale for scale in (SMALL, MEDIUM, FULL)}
