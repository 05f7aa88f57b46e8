"""The audit page: who did what, when, to which record; and whether the chain is whole."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ryorin.web.answers import LARGEST_ID, member_of
from ryorin.web.context import company
from ryorin.web.inputs import DayField
from ryorin.web.workspace.deeds import DEEDS_OF
from ryorin.web.workspace.facts import SORTS, Reader
from ryorin.web.workspace.sections import tabs
from ryorin.workspace.audit.queries import Asked, entries, verify
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

ON_A_PAGE = 50
SYSTEM = "0"


class AuditForm(forms.Form):
    """Which entries to show."""

    type = forms.ChoiceField(label=gettext_lazy("種類"), required=False)
    id = forms.IntegerField(label=gettext_lazy("番号"), required=False, min_value=1, max_value=LARGEST_ID)
    by = forms.ChoiceField(label=gettext_lazy("操作した人"), required=False)
    action = forms.ChoiceField(label=gettext_lazy("操作"), required=False)
    since = DayField(label=gettext_lazy("開始日"), required=False)
    until = DayField(label=gettext_lazy("終了日"), required=False)
    before = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        everything = ("", _("すべて"))
        members = [(str(member.pk), member.name) for member in Member.objects.all()]
        self._choose("type", [everything, *((name, sort.label) for name, sort in SORTS.items())])
        self._choose("by", [everything, (SYSTEM, _("システム")), *members])
        self._choose("action", [everything, *((SORTS[name].label, grouped(name)) for name in DEEDS_OF)])

    def _choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """Return what to show; what was filled in wrongly does not narrow."""
        found: dict[str, Any] = getattr(self, "cleaned_data", {})
        by = found.get("by", "")
        return Asked(
            record_type=found.get("type", ""),
            record_id=found.get("id"),
            actor_id=int(by) if by and by != SYSTEM else None,
            by_system=by == SYSTEM,
            action=found.get("action", ""),
            since=start_of(found.get("since")),
            until=start_of(found.get("until"), days_later=1),
        )


@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    require(member_of(request), "audit.read")
    form = AuditForm(request.GET)
    form.is_valid()
    found = entries(form.asked(), before=form.cleaned_data.get("before"), limit=ON_A_PAGE + 1)
    shown = found[:ON_A_PAGE]
    context = {
        "form": form,
        "lines": Reader(shown).lines(),
        "next_before": shown[-1].pk if len(found) > ON_A_PAGE else None,
        "is_narrowed": any(value for name, value in form.cleaned_data.items() if name != "before"),
        "tabs": tabs(request),
    }
    return render(request, "workspace/audit.html", context)


@require_POST
def audit_verify(request: HttpRequest) -> HttpResponse:
    """Compute every seal of the chain again."""
    require(member_of(request), "audit.read")
    return render(request, "workspace/audit.html#verdict", {"verdict": verify()})


def start_of(day: Any, *, days_later: int = 0) -> datetime | None:
    """Return the midnight at which the day begins in the company's time zone; None for no day or the ends of time."""
    if day is None:
        return None
    try:
        return datetime.combine(day + timedelta(days=days_later), time(), ZoneInfo(company().time_zone)).astimezone(UTC)
    except OverflowError:
        return None


def grouped(record_type: str) -> list[tuple[str, str]]:
    """Return the actions on records of one type, as choices."""
    label = SORTS[record_type].label
    return [(action, f"{label}{deed}") for action, deed in DEEDS_OF[record_type].items()]
