"""What to do: tasks and the next actions of deals on one list, overdue, today and later."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.sales.deals.models import Deal
from ryorin.sales.next_actions.queries import missing_of
from ryorin.web.answers import done, is_fragment, member_of, picked, version_in, way_back
from ryorin.web.context import company, kept
from ryorin.web.inputs import DayField
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.tasks import actions
from ryorin.workspace.tasks.models import Task
from ryorin.workspace.tasks.queries import by_when
from ryorin.workspace.tasks.rules import Snooze, When

TITLES: dict[When, str | Promise] = {
    When.OVERDUE: gettext_lazy("期限を過ぎたもの"),
    When.TODAY: gettext_lazy("今日"),
    When.LATER: gettext_lazy("これから"),
    When.UNDATED: gettext_lazy("日付なし"),
}
SNOOZES: dict[Snooze, str | Promise] = {
    Snooze.TOMORROW: gettext_lazy("明日に延ばす"),
    Snooze.NEXT_WEEK: gettext_lazy("1週間延ばす"),
    Snooze.IN_A_MONTH: gettext_lazy("1か月延ばす"),
}
ABOUT = {"person": Person, "company": Company, "deal": Deal}
PAGES = ("person", "company", "deal", "handoff", "campaign", "meeting", "suggestion")
SHOWN_AT_MOST = 200
END_OF_WORK = time(18)


class TaskForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("すること"), max_length=200)
    due_on = DayField(label=gettext_lazy("期限"), required=False)
    due_time = forms.TimeField(
        label=gettext_lazy("時刻"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    owner = forms.ModelChoiceField(Member.objects.filter(is_active=True), label=gettext_lazy("担当"), empty_label=None)
    note = forms.CharField(
        label=gettext_lazy("メモ"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def due_at(self) -> datetime | None:
        """Return when the task is due: at the end of work unless a time is given."""
        day: date | None = self.cleaned_data["due_on"]
        hour = self.cleaned_data["due_time"] or END_OF_WORK
        return datetime.combine(day, hour, tzinfo=ZoneInfo(company().time_zone)) if day else None


@dataclass(frozen=True)
class Group:
    when: When
    title: str | Promise
    tasks: list[Task]
    deals: list[Deal]

    @property
    def count(self) -> int:
        return len(self.tasks) + len(self.deals)


@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """Show what the member has to do; `whose=all` shows everybody's."""
    member = member_of(request)
    whose = request.GET.get("whose", "")
    rows, deals = Task.objects.visible_to(member).open(), Deal.objects.visible_to(member).open()
    if whose != "all":
        rows, deals = rows.filter(owner=member), deals.filter(owner=member)
    rows = rows.select_related("owner").prefetch_related("sequence_steps").order_by("due_at", "pk")[:SHOWN_AT_MOST]
    deals = deals.exclude(next_action="").select_related("company", "owner").order_by("next_action_on", "pk")
    context = {
        "groups": _groups(list(rows), list(deals[:SHOWN_AT_MOST])),
        "whose": whose,
        "pages": PAGES,
        "snoozes": SNOOZES.items(),
        "missing": kept(("without next action", member.pk), lambda: missing_of(member)),
        "today": clock.today(company().time_zone),
    }
    return render(request, "sales/tasks.html", context)


@require_http_methods(["GET", "POST"])
def task_new(request: HttpRequest) -> HttpResponse:
    """Show the form for a new task, about a record where given, or add it; the line on the list sends only a title."""
    member = member_of(request)
    require(member, "tasks.change")
    kind, number = (request.POST.get(name) or request.GET.get(name, "") for name in ("about", "id"))
    record = picked(ABOUT[kind].objects.visible_to(member), number) if kind in ABOUT else None  # type: ignore[attr-defined]
    data = {"owner": str(member.pk)} | request.POST.dict() if request.method == "POST" else None
    form = TaskForm(data, initial={"owner": member, "due_on": clock.today(company().time_zone)})
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("title", "owner", "note")}
        about = (kind, record.pk, record.name) if record is not None else None
        try:
            actions.add_task(by=member, due_at=form.due_at(), about=about, **values)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, _("タスクを加えました。"), to=way_back(request, "tasks"), events=["task-changed"])
    return _form_page(request, form, {"record": record, "about": kind if record else ""})


@require_http_methods(["GET", "POST"])
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one task to be changed, or change it."""
    member, found = member_of(request), _seen(request, pk)
    if request.method == "POST":
        require(member, "tasks.change")
    due = found.due_at.astimezone(ZoneInfo(company().time_zone)) if found.due_at else None
    initial = {
        "title": found.title,
        "note": found.note,
        "owner": found.owner,
        "due_on": due.date() if due else None,
        "due_time": due.time() if due else None,
    }
    form = TaskForm(request.POST or None, initial=initial)
    form.fields["owner"].required = False
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("title", "owner", "note")}
        try:
            actions.change_task(found, by=member, version=version_in(request), due_at=form.due_at(), **values)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, _("タスクを変更しました。"), to=reverse("tasks"), events=["task-changed"])
    return _form_page(request, form, {"task": found})


@require_POST
def task_finish(request: HttpRequest, pk: int) -> HttpResponse:
    found = actions.finish_task(_seen(request, pk), member_of(request))
    undo = reverse("task_reopen", args=[found.pk])
    return done(request, _("タスクを完了しました。"), to=reverse("tasks"), undo=undo, events=["task-changed"])


@require_POST
def task_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    actions.reopen_task(_seen(request, pk), member_of(request))
    return done(request, _("タスクを元に戻しました。"), to=reverse("tasks"), events=["task-changed"])


@require_POST
def task_snooze(request: HttpRequest, pk: int) -> HttpResponse:
    found, until = _seen(request, pk), request.POST.get("until", "")
    wanted = Snooze(until) if until in list(Snooze) else Snooze.TOMORROW
    actions.snooze_task(found, wanted, by=member_of(request))
    return done(request, _("期限を延ばしました。"), to=reverse("tasks"), events=["task-changed"])


@require_POST
def task_delete(request: HttpRequest, pk: int) -> HttpResponse:
    entry = actions.delete_task(_seen(request, pk), by=member_of(request))
    undo = reverse("task_restore", args=[entry.pk])
    return done(request, _("タスクを削除しました。"), to=reverse("tasks"), undo=undo, events=["task-changed"])


@require_POST
def task_restore(request: HttpRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(AuditEntry, pk=pk, action="task_deleted")
    actions.restore_task(entry, by=member_of(request))
    return done(request, _("タスクを元に戻しました。"), to=reverse("tasks"), events=["task-changed"])


def _seen(request: HttpRequest, pk: int) -> Task:
    found: Task = get_object_or_404(Task.objects.visible_to(member_of(request)), pk=pk)
    return found


def _groups(rows: list[Task], deals: list[Deal]) -> list[Group]:
    """Return the list in its groups, those with something in them."""
    sorted_tasks = by_when(rows)
    sorted_deals: dict[When, list[Deal]] = {when: [] for when in When}
    today = clock.today(company().time_zone)
    for deal in deals:
        sorted_deals[_when(deal.next_action_on, today)].append(deal)
    groups = [Group(when, TITLES[when], sorted_tasks[when], sorted_deals[when]) for when in When]
    return [group for group in groups if group.count]


def _when(day: date | None, today: date) -> When:
    if day is None:
        return When.UNDATED
    return When.OVERDUE if day < today else When.TODAY if day == today else When.LATER


def _form_page(request: HttpRequest, form: TaskForm, extra: dict[str, Any]) -> HttpResponse:
    context = {"form": form, **extra}
    if is_fragment(request):
        return render(request, "sales/task_form.html#form", context)
    return render(request, "sales/task_form.html", context, status=422 if form.errors else 200)
