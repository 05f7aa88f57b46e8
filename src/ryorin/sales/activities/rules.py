"""Decisions about activities without a database."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from ryorin.sales.activities.errors import ActivityInFuture, UnknownKind
from ryorin.sales.activities.models import ActivityKind

# What usually comes of each kind, offered as buttons; any other words may be typed.
OUTCOMES = {
    ActivityKind.CALL: (_("話せた"), _("不在"), _("折り返し待ち"), _("断られた")),
    ActivityKind.VISIT: (_("面談できた"), _("不在"), _("資料を渡した"), _("断られた")),
    ActivityKind.MEETING: (_("前向き"), _("検討中"), _("課題あり"), _("見送り")),
    ActivityKind.MAIL: (_("送付した"), _("返信あり")),
    ActivityKind.NOTE: (),
}
USUAL_MINUTES = {ActivityKind.CALL: 5, ActivityKind.VISIT: 60, ActivityKind.MEETING: 60}
SLACK = timedelta(minutes=5)


def checked_moment(at: datetime, *, now: datetime) -> datetime:
    """Return when something was done; refuses the future, save a few minutes for clocks that differ."""
    if at > now + SLACK:
        raise ActivityInFuture()
    return at


def known_kind(kind: str) -> ActivityKind:
    """Return the kind of activity by that name; refuses other names."""
    try:
        return ActivityKind(kind)
    except ValueError:
        raise UnknownKind(kind=kind[:40]) from None
