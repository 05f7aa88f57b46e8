"""The system page: whether the worker works, where history has come to, how much room is left."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from huey.contrib.djhuey import HUEY

from ryorin import __version__
from ryorin.insight.lake.queries.verifying import status
from ryorin.lib import clock
from ryorin.web.answers import member_of
from ryorin.web.workspace.sections import tabs
from ryorin.workspace.leases.models import Lease
from ryorin.workspace.members.rules import require

DUTY = "duty:"


@dataclass(frozen=True)
class DutyState:
    name: str
    is_held: bool
    last_done_at: datetime | None
    last_error: str

    @property
    def is_failing(self) -> bool:
        return bool(self.last_error)


@require_GET
def system(request: HttpRequest) -> HttpResponse:
    require(member_of(request), "system.read")
    duties = duty_states()
    history = status()
    context = {
        "duties": duties,
        "worker_runs": any(duty.is_held for duty in duties),
        "history": history,
        "months": history["months"][-12:],
        "waiting_messages": HUEY.pending_count(),
        "disk": disk(),
        "facts": {
            _("バージョン"): __version__,
            _("データベース"): "PostgreSQL" if connection.vendor == "postgresql" else "SQLite",
            _("待ち行列"): "Redis" if settings.REDIS_URL else "SQLite",
            _("データの場所"): settings.HOME,
            _("履歴の場所"): settings.LAKE,
        },
        "tabs": tabs(request),
    }
    return render(request, "workspace/system.html", context)


def duty_states() -> list[DutyState]:
    """Return what the worker does again and again, each with when it was last done and what went wrong."""
    now = clock.now()
    return [
        DutyState(
            name=lease.name.removeprefix(DUTY),
            is_held=bool(lease.holder) and lease.until > now,
            last_done_at=lease.last_done_at,
            last_error=lease.last_error,
        )
        for lease in Lease.objects.filter(name__startswith=DUTY).order_by("name")
    ]


def disk() -> dict[str, Any]:
    """Return how full the disk under the data folder is, in bytes and percent."""
    room = shutil.disk_usage(settings.HOME)
    return {"free": room.free, "total": room.total, "percent": 100 * (room.total - room.free) / room.total}
