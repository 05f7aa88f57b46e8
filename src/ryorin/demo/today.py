"""What lies on the desks today: targets, tasks, views, notices."""

import random
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from ryorin.alignment.goals.actions import set_target
from ryorin.alignment.goals.queries import BOARD, this_year, values_of
from ryorin.alignment.goals.rules import adds_up
from ryorin.customers.people.models import Person
from ryorin.demo.prospects import TOKYO
from ryorin.demo.staff import Staff
from ryorin.insight.metrics.queries import metric_named
from ryorin.insight.metrics.rules import Metric, Unit
from ryorin.lib.fiscal import months_of, year_before
from ryorin.workspace.notifications.models import Notification
from ryorin.workspace.tasks.actions import add_task
from ryorin.workspace.views.actions import save_view

MORE = 1.12
FORGET_NOTICES_AFTER = timedelta(days=6)
TASKS = (
    ("sato", "見積書の送付を電話で確認する", 0, "見積の提出から3日"),
    ("sato", "デモ機の手配を依頼する", 1, ""),
    ("takagi", "工場見学の日程を返事する", -1, "先方から候補日が届いている"),
    ("ono", "展示会の名刺にお礼の電話をかける", 0, "秋の計測展のフォロー"),
    ("mei", "ウェビナーのアンケートを集計する", 2, ""),
    ("kondo", "校正サービスの更新を案内する", 3, "保守期限が近い"),
    ("murata", "競合の価格を営業会議で共有する", 1, ""),
    ("tamura", "大口の値引き申請を確認する", 0, ""),
    ("admin", "新しいメンバーの見える範囲を確認する", 2, ""),
    ("admin", "今月の目標と実績を見ておく", 0, "月末まであと少し"),
)


EARLY = {"field": "stage", "op": "in", "value": ["lead", "qualified"]}
LIKELY = {"field": "industry", "op": "in", "value": ["精密機器", "電子部品"]}
VIEWS: tuple[tuple[str, str, list[str], dict[str, Any]], ...] = (
    ("スコア50以上のリード", "person", [], {"all": [{"field": "score", "op": "gte", "value": 50}, EARLY]}),
    ("検査装置に近い業種", "company", [], LIKELY),
)


def set_targets(staff: Staff, now: datetime) -> None:
    """This function will set this year's monthly targets: last year's month, and a little more."""
    year = this_year(now.astimezone(TOKYO).date())
    last = year_before(year)
    for name in BOARD:
        metric = metric_named(name)
        past = values_of(metric, last.start, last.end, "month")
        known = [value for value in past.values() if value is not None]
        usual = sum(known) / len(known) if known else None
        for month, before in zip(months_of(year), months_of(last), strict=True):
            value = past.get(before.start)
            value = value if adds_up(metric) and value else usual
            if value:
                set_target(name, month.start, wished(metric, value), by=staff.administrator)


def wished(metric: Metric, value: float) -> Decimal:
    """Return a round number somewhat better than `value`."""
    better = value / MORE if metric.up_is_good is False else value * MORE
    if metric.unit is Unit.RATE:
        return Decimal(str(round(min(better, 0.95), 2)))
    if metric.unit in (Unit.HOURS, Unit.DAYS):
        return Decimal(str(round(better, 1)))
    return Decimal(max(round(better, -max(len(str(int(better))) - 2, 0)), 1)).to_integral_value()


def fill_desks(staff: Staff, dice: random.Random, now: datetime) -> None:
    """This function will leave tasks, saved views and notices as a working week does."""
    hot = list(Person.objects.filter(score__gte=40).order_by("-updated_at")[:40])
    for place, (key, title, days, why) in enumerate(TASKS):
        owner = staff.administrator if key == "admin" else staff.members[key]
        due = datetime.combine(now.astimezone(TOKYO).date() + timedelta(days=days), time(10 + place % 7), TOKYO)
        person = dice.choice(hot) if hot and key != "admin" else None
        about = ("person", person.pk, person.name) if person else None
        add_task(title=title, owner=owner, by=staff.administrator, due_at=due, about=about, why=why)
    for name, record_type, columns, condition in VIEWS:
        save_view(
            record_type=record_type,
            name=name,
            by=staff.administrator,
            condition=condition,
            columns=columns,
            is_shared=True,
        )
    Notification.objects.filter(at__lt=now - FORGET_NOTICES_AFTER).delete()
