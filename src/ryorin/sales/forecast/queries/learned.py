"""What history has taught: from last night's lesson, or read and learned now where there is none."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Min

from ryorin.lib import clock
from ryorin.sales.deals.models import Deal, DealProduct, Stage, StageMove
from ryorin.sales.forecast.models import Lesson
from ryorin.sales.forecast.rules.history import History, history_of
from ryorin.sales.forecast.rules.learning import Learned, Setting, from_json
from ryorin.sales.forecast.rules.lesson import lesson_of
from ryorin.workspace.organisation.queries import current

AT_ONCE = 20_000
OLDEST = 2  # days for which a lesson stands in for a fresh one
_kept: dict[tuple[str, ...], Learned] = {}


def learned_by(day: date) -> Learned:
    """Return what history had taught by the day, from the newest lesson where there is one of these days."""
    lessons = Lesson.objects.filter(day__lte=day, day__gte=day - timedelta(days=OLDEST), currency=current().currency)
    lesson = lessons.order_by("-day").defer("content").first()
    if lesson is not None:
        learned = read(lesson)
        if settings_of_stages().keys() <= learned.stages.keys():
            return learned
    return learn_now(day)


def read(lesson: Lesson) -> Learned:
    """Return what the lesson says, read from the database once."""
    key = (str(settings.HOME), str(lesson.pk), lesson.made_at.isoformat())
    if key not in _kept or settings.TESTING:
        _kept.clear()
        _kept[key] = from_json(lesson.content)
    return _kept[key]


def learn_now(day: date) -> Learned:
    """Return what the deals had taught when the day began."""
    company = current()
    return lesson_of(
        history(company.currency),
        day,
        settings=settings_of_stages(),
        start_month=company.fiscal_start_month,
        hours=hours_to_utc(day, company.time_zone),
    )


def history(currency: str) -> History:
    """Return all deals in the currency with their moves; everyone's, as chances are learned from all."""
    firsts = DealProduct.objects.filter(deal__currency=currency).values_list("deal_id").annotate(Min("pk"))
    lines = DealProduct.objects.filter(pk__in=firsts.values("pk__min")) if firsts else DealProduct.objects.none()
    products = dict(lines.values_list("deal_id", "product_id"))
    deals = Deal.objects.filter(currency=currency).order_by("pk").values_list("pk", "pipeline_id", "amount")
    moves = (
        StageMove.objects.filter(deal__currency=currency).order_by().values_list("deal_id", "stage_id", "state", "at")
    )
    return history_of(
        ((pk, pipeline, amount, products.get(pk, 0)) for pk, pipeline, amount in deals.iterator(AT_ONCE)),
        moves.iterator(AT_ONCE),
    )


def settings_of_stages() -> dict[int, Setting]:
    """Return what the settings say of every stage."""
    rows = Stage.objects.values_list("pk", "pipeline_id", "probability")
    return {pk: Setting(pipeline, probability / 100) for pk, pipeline, probability in rows}


def hours_to_utc(day: date, tz: str) -> float:
    """Return how many hours local midnight lies after that of UTC: -9 in Tokyo."""
    offset = datetime.combine(day, time(), ZoneInfo(tz)).utcoffset()
    return -offset.total_seconds() / 3600 if offset else 0.0


def midnight(day: date, tz: str) -> datetime:
    """Return the moment at which the day begins here."""
    return datetime.combine(day, time(), ZoneInfo(tz)).astimezone(UTC)


def today() -> date:
    return clock.today(current().time_zone)
