"""What months cost, as the page in which it is entered shows it."""

from datetime import date

from django.db.models import Sum

from ryorin.alignment.spending.models import Spending

Cells = dict[tuple[int | None, str], Spending]


def spending_of(month: date) -> Cells:
    """Return the figures of a month by team and kind."""
    return {(one.team_id, one.kind): one for one in Spending.objects.filter(month=month.replace(day=1))}


def totals_between(start: date, end: date) -> dict[date, int]:
    """Return what each month cost in all, from `start` up to, not including, `end`."""
    rows = Spending.objects.filter(month__gte=start, month__lt=end).order_by()
    return {month: int(total) for month, total in rows.values_list("month").annotate(total=Sum("amount"))}
