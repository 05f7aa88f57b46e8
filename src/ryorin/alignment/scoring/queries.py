"""What the score rests on, and how the people are spread over it."""

from dataclasses import dataclass

from django.db.models import Count, Q

from ryorin.alignment.definitions.queries import people_matching
from ryorin.alignment.definitions.rules import FOR_SCORE, read, said
from ryorin.alignment.scoring.models import RulesAgreement, ScoreRule, ScoringPosition
from ryorin.alignment.scoring.rules import ReadableRule, digest_of
from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.tree import Node
from ryorin.customers.people.models import Person

STEPS = (0, 1, 20, 40, 60, 80)


@dataclass(frozen=True)
class RuleLine:
    """One rule as the page shows it; `problem` when its condition can no longer be read."""

    rule: ScoreRule
    node: Node | None = None
    sentence: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Band:
    """How many people have a score from `low` up to, not including, `high` (None: no end)."""

    low: int
    high: int | None
    people: int
    ready: int

    @property
    def last(self) -> int | None:
        """The highest score that belongs to it."""
        return None if self.high is None else self.high - 1


def readable_rules() -> list[ReadableRule]:
    """Return the active rules in order; one whose condition no longer makes sense is left out."""
    found = []
    for rule in ScoreRule.objects.active():
        try:
            found.append(readable(rule))
        except ConditionInvalid:
            continue
    return found


def readable(rule: ScoreRule) -> ReadableRule:
    """Return a rule with its condition read; raise ConditionInvalid."""
    node = read(rule.condition, about=FOR_SCORE)
    return ReadableRule(rule.pk, rule.label, rule.points, node, rule.half_life_days)


def current_agreement() -> RulesAgreement | None:
    """Return who agreed to the rules as they are now; None while nobody has."""
    rows = RulesAgreement.objects.select_related("agreed_by_marketing", "agreed_by_sales")
    return rows.filter(digest=digest_of(readable_rules(), None)).first()


def last_agreed() -> RulesAgreement | None:
    """Return the newest rules both sides agreed to."""
    return RulesAgreement.objects.filter(agreed_at__isnull=False).first()


def rule_lines() -> list[RuleLine]:
    """Return every rule with its condition in words."""
    return [_line(rule) for rule in ScoreRule.objects.all()]


def position() -> ScoringPosition:
    """Return how far scoring has come."""
    return ScoringPosition.objects.filter(pk=1).first() or ScoringPosition(pk=1)


def bands() -> list[Band]:
    """Return how the people are spread over the score."""
    ends = [*STEPS[1:], None]
    spans = [(low, high, _span(low, high)) for low, high in zip(STEPS, ends, strict=True)]
    wanted = {f"people_{low}": Count("pk", filter=span) for low, _high, span in spans}
    wanted |= {f"ready_{low}": Count("pk", filter=span & Q(is_ready=True)) for low, _high, span in spans}
    counted = Person.objects.aggregate(**wanted)
    return [Band(low, high, counted[f"people_{low}"], counted[f"ready_{low}"]) for low, high, _span in spans]


def people_count(node: Node) -> int:
    """Return how many people a condition means now."""
    return people_matching(node).count()


def _span(low: int, high: int | None) -> Q:
    return Q(score__gte=low) & Q(score__lt=high) if high is not None else Q(score__gte=low)


def _line(rule: ScoreRule) -> RuleLine:
    try:
        node = read(rule.condition, about=FOR_SCORE)
        return RuleLine(rule, node, said(node))
    except ConditionInvalid as error:
        return RuleLine(rule, problem=str(error))
