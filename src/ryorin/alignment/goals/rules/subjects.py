"""Whom a goal is for."""

from dataclasses import dataclass

from ryorin.alignment.goals.models import Level

BREAKDOWN: dict[str, str | None] = {
    Level.COMPANY: None,
    Level.TEAM: "team",
    Level.PERSON: "owner",
    Level.REGION: "prefecture",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """The company (key None), a team or a person (its id), a region (the two digits of a prefecture)."""

    level: str
    key: int | str | None = None

    @property
    def code(self) -> str:
        return self.level if self.key is None else f"{self.level}:{self.key}"

    @property
    def breakdown(self) -> str | None:
        return BREAKDOWN[self.level]

    @classmethod
    def of(cls, code: str) -> "Subject":
        """Return the subject a code stands for; ValueError for what is none."""
        level, _colon, key = code.partition(":")
        if level not in BREAKDOWN or (level == Level.COMPANY) != (not key):
            raise ValueError(f"no subject: {code}")
        if level in (Level.TEAM, Level.PERSON):
            if not key.isdecimal() or len(key) > 18:
                raise ValueError(f"no subject: {code}")
            return cls(level, int(key))
        return cls(level, key or None)


COMPANY = Subject(Level.COMPANY)
