"""Lists around after-follow: who has gone quiet, whose contract ends, what customers said."""

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Avg, Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ryorin.lib import clock
from ryorin.sales.aftercare import actions
from ryorin.sales.aftercare.models import QuietCustomer, QuietLook, Satisfaction
from ryorin.sales.contracts.models import Contract
from ryorin.web.answers import done, member_of
from ryorin.web.insight.asking import today
from ryorin.web.sales.aftercare import SCORES, tabs
from ryorin.workspace.tasks.models import Task

PAGE = 50
SORTS = {"value": ("-value", "-pk"), "day": ("-quiet_since", "-pk")}
RENEWAL_DAYS = 180
ASKED_BACK = 90


@require_GET
def aftercare_quiet(request: HttpRequest) -> HttpResponse:
    """Show the customers who have gone quiet, those worth most first."""
    member = member_of(request)
    asked = {name: request.GET.get(name, "") for name in ("sort", "sort_of", "whose")}
    sort = asked["sort"] if asked["sort"] in SORTS else "value"
    kind = asked["sort_of"] if asked["sort_of"] in ("few", "gone") else "own"
    rows = QuietCustomer.objects.visible_to(member).filter(is_long_gone=kind == "gone")
    if kind != "gone":
        rows = rows.filter(is_own_rhythm=kind == "own")
    if asked["whose"] == "me":
        rows = rows.filter(owner=member)
    page = Paginator(rows.order_by(*SORTS[sort]).select_related("person", "company", "owner"), PAGE).get_page(
        request.GET.get("page", "1")[:4]
    )
    found = list(page.object_list)
    open_tasks = set(
        Task.objects.open().filter(pk__in=[row.task_id for row in found if row.task_id]).values_list("pk", flat=True)
    )
    day = today()
    context = {
        "rows": [
            {"row": row, "silent": (day - row.last_on).days, "is_planned": row.task_id in open_tasks} for row in found
        ],
        "page": page,
        "sort": sort,
        "kind": kind,
        "whose": asked["whose"],
        "kinds": (("own", _("途絶えたお客さま")), ("few", _("取引の少ないお客さま")), ("gone", _("長く途絶えている"))),
        "look": QuietLook.objects.order_by("-day").first(),
        "tabs": tabs("aftercare_quiet"),
    }
    return render(request, "sales/aftercare_quiet.html", context)


@require_POST
def aftercare_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a call to a quiet customer."""
    row = get_object_or_404(QuietCustomer.objects.visible_to(member_of(request)), pk=pk)
    task = actions.plan_call(row, by=member_of(request))
    text = _("%(name)sさんのタスクに加えました。") % {"name": task.owner.name if task.owner else "–"}
    return done(request, text, to=reverse("aftercare_quiet"), events=["aftercare-changed", "task-changed"])


@require_GET
def aftercare_renewals(request: HttpRequest) -> HttpResponse:
    """Show the running contracts that end within half a year, the nearest first."""
    day = today()
    rows = Contract.objects.visible_to(member_of(request)).recurring()
    rows = rows.ending_before(day + timedelta(days=RENEWAL_DAYS)).filter(ends_on__gte=day - timedelta(days=30))
    found = rows.select_related("company", "person", "owner").order_by("ends_on", "pk")[:200]
    context = {
        "rows": [{"contract": one, "notice_on": _notice(one), "is_late": _is_late(one)} for one in found],
        "today": day,
        "tabs": tabs("aftercare_renewals"),
    }
    return render(request, "sales/aftercare_renewals.html", context)


@require_GET
def aftercare_voices(request: HttpRequest) -> HttpResponse:
    """Show how content customers are and what they said, newest first."""
    member = member_of(request)
    seen = Satisfaction.objects.visible_to(member)
    recent = seen.filter(at__gte=clock.now() - timedelta(days=ASKED_BACK))
    score = request.GET.get("score", "")
    rows = seen.filter(score=int(score)) if score in {str(value) for value, _label in SCORES} else seen
    page = Paginator(rows.order_by("-at", "-pk").select_related("person", "company", "owner"), PAGE).get_page(
        request.GET.get("page", "1")[:4]
    )
    context = {
        "page": page,
        "rows": page.object_list,
        "score": score,
        "mean": recent.aggregate(mean=Avg("score"))["mean"],
        "bars": _bars(recent),
        "tabs": tabs("aftercare_voices"),
    }
    return render(request, "sales/aftercare_voices.html", context)


def _bars(rows: Any) -> list[dict[str, Any]]:
    """Return how many gave each score, with the share of all."""
    counts = rows.aggregate(**{f"of_{value}": Count("pk", filter=Q(score=value)) for value, _label in SCORES})
    total = sum(counts.values()) or 1
    return [
        {
            "value": value,
            "label": label,
            "count": counts[f"of_{value}"],
            "percent": 100 * counts[f"of_{value}"] / total,
            "wheel": "bad" if value <= 2 else "harvest",
        }
        for value, label in SCORES
    ]


def _notice(contract: Contract) -> Any:
    """Return the last day on which notice may be given."""
    return contract.ends_on - timedelta(days=contract.notice_days) if contract.ends_on else None


def _is_late(contract: Contract) -> bool:
    notice = _notice(contract)
    return notice is not None and notice < today()
