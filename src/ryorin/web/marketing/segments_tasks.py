"""One task for each of many people chosen in a list."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ryorin.customers.people.models import Person
from ryorin.lib.errors import Refusal
from ryorin.web.answers import member_of
from ryorin.web.inputs import DayField
from ryorin.web.lists.state import whole
from ryorin.web.once import new_token, once
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.tasks.actions import add_task
from ryorin.workspace.tasks.models import Task

MOST = 200
END_OF_WORK = time(18)


class TasksForm(forms.Form):
    title = forms.CharField(label=lazy("すること"), max_length=200)
    due = DayField(label=lazy("期限"), required=False)
    owner = forms.ModelChoiceField(
        label=lazy("担当"), queryset=Member.objects.none(), required=False, empty_label=lazy("それぞれの顧客の担当")
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = Member.objects.filter(is_active=True)


@require_POST
def people_tasks(request: HttpRequest) -> HttpResponse:
    """Ask what is to be done about the people chosen, then put it on the lists of those who look after them."""
    member = member_of(request)
    require(member, "tasks.change")
    ids = [pk for pk in map(whole, request.POST.getlist("ids")) if pk][: MOST + 1]
    people = Person.objects.visible_to(member).filter(pk__in=ids[:MOST]).select_related("owner").order_by("pk")
    is_asked = "title" in request.POST
    form = TasksForm(request.POST if is_asked else None)
    if is_asked and people and form.is_valid():
        try:
            once(request, lambda: _add(request, form, list(people)))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            text = ngettext("%(count)s件のタスクを作成しました。", "%(count)s件のタスクを作成しました。", len(people))
            messages.success(request, text % {"count": len(people)})
            return redirect("people")
    context = {
        "form": form,
        "people": people,
        "is_cut": len(ids) > MOST,
        "most": MOST,
        "once": request.POST.get("once") or new_token(),
    }
    return render(request, "marketing/segments/tasks.html", context, status=422 if is_asked else 200)


@transaction.atomic
def _add(request: HttpRequest, form: TasksForm, people: list[Person]) -> Task:
    """This function will add a task about each of the people, all or none, and return the last."""
    member, due = member_of(request), form.cleaned_data["due"]
    due_at = datetime.combine(due, END_OF_WORK, tzinfo=ZoneInfo(current().time_zone)) if due else None
    for person in people:
        task = add_task(
            title=form.cleaned_data["title"],
            owner=form.cleaned_data["owner"] or person.owner or member,
            by=member,
            due_at=due_at,
            about=("person", person.pk, person.name),
        )
    return task
