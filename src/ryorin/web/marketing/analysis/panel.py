"""The values of one customer, on the page of the person or the company."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.customers.value.models import ChurnLevel, CustomerGroup, Subject
from ryorin.customers.value.rules import name_of_group
from ryorin.marketing.value.queries import VALUES, settings_now
from ryorin.web.answers import member_of

WHEELS = {ChurnLevel.HIGH.value: "bad", ChurnLevel.MIDDLE.value: "harvest", ChurnLevel.LOW.value: "sow"}


@require_GET
def person_value(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Person.objects.visible_to(member_of(request)), pk=pk)
    return render(request, "marketing/analysis/panel.html", shown(Subject.PERSON, found.pk))


@require_GET
def company_value(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Company.objects.visible_to(member_of(request)), pk=pk)
    return render(request, "marketing/analysis/panel.html", shown(Subject.COMPANY, found.pk))


def shown(subject: Subject, pk: int) -> dict[str, Any]:
    """Return the values of one customer; nothing for who never bought."""
    value = VALUES[subject]._default_manager.select_related("next_product", "because_of").filter(pk=pk).first()
    if value is None:
        return {"value": None}
    group = CustomerGroup.objects.filter(subject=subject, number=value.group).first() if value.group else None
    return {
        "value": value,
        "months": settings_now().horizon_months,
        "group": name_of_group(group.number, group.traits) if group else "",
        "wheel": WHEELS.get(value.churn_level, ""),
        "is_due": value.next_on is not None and value.next_on < value.as_of,
    }
