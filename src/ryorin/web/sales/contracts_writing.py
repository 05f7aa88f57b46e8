"""Writing a draft: its terms, its lines, its clauses."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.sales.contracts import actions
from ryorin.sales.contracts.models import Contract, ContractTemplate
from ryorin.sales.contracts.queries import latest_version, templates
from ryorin.sales.contracts.rules.wording import NAMES, Clause, clauses_in
from ryorin.web.answers import done, member_of, moved_on, version_in
from ryorin.web.sales.contracts import seen
from ryorin.web.sales.contracts_forms import ContractLineForm, TermsForm
from ryorin.workspace.members.rules import require

MOST_LINES = 200
COLUMNS = ("description", "quantity", "unit", "unit_price", "rate")


@require_http_methods(["GET", "POST"])
def contract_terms(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the terms of a draft to be changed, or change them."""
    member, found = member_of(request), seen(request, pk)
    require(member, "contracts.change")
    form = TermsForm(request.POST) if request.method == "POST" else TermsForm.of(found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_contract(found, by=member, version=version_in(request), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, _("保存しました。"), to=reverse("contract", args=[pk]), events=["contract-changed"])
    return render(request, "sales/contracts/terms.html", {"contract": found, "form": form})


@require_http_methods(["GET", "POST"])
def contract_lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the lines of a draft to be changed, or replace them."""
    member, found = member_of(request), seen(request, pk)
    require(member, "contracts.change")
    context: dict[str, Any] = {"contract": found, "problem": "", "blank": _line_form(found, None)}
    if request.method == "GET":
        forms = [_line_form(found, None, _initial(row)) for row in found.lines.all()]
        return render(request, "sales/contracts/lines.html", context | {"forms": forms or [_line_form(found, None)]})
    forms = _typed(request, found)
    if all(form.is_valid() for form in forms):
        inclusive = "is_inclusive" in request.POST
        try:
            lines = [form.line() for form in forms]
            actions.set_lines(found, lines, by=member, version=version_in(request), is_inclusive=inclusive)
        except Refusal as refusal:
            context["problem"] = str(refusal)
        else:
            text = _("明細を保存しました。")
            return done(request, text, to=reverse("contract", args=[pk]), events=["contract-changed"])
    return render(request, "sales/contracts/lines.html", context | {"forms": forms})


@require_GET
def contract_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Return one more empty line."""
    found = seen(request, pk)
    return render(request, "sales/contracts/lines.html#line", {"form": _line_form(found, None)})


@require_http_methods(["GET", "POST"])
def contract_clauses(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the clauses of a draft to be edited, ordered and left out, or keep them."""
    member, found = member_of(request), seen(request, pk)
    require(member, "contracts.change")
    version = latest_version(found)
    context: dict[str, Any] = {
        "contract": found,
        "title": version.title,
        "clauses": clauses_in(version.clauses) or [Clause("", "")],
        "version": found.version,
        "names": [(ja if found.language == "ja" else en, what) for ja, en, what in NAMES.values()],
        "problem": "",
    }
    if request.method == "POST":
        typed = typed_clauses(request)
        try:
            title = request.POST.get("title", "")
            actions.reword(found, typed, by=member, version=version_in(request), title=title)
        except Refusal as refusal:
            context |= {"problem": str(refusal), "clauses": typed, "version": version_in(request), "title": title}
        else:
            return moved_on(request, _("条文を保存しました。"), to=reverse("contract", args=[pk]))
    return render(request, "sales/contracts/clauses.html", context, status=422 if context["problem"] else 200)


@require_GET
def contract_clause(request: HttpRequest) -> HttpResponse:
    """Return one more empty clause for an editor of clauses."""
    return render(request, "sales/contracts/clauses.html#clause", {"clause": Clause("", "")})


@require_POST
def contract_template_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the clauses of a template into a draft."""
    found = seen(request, pk)
    text = request.POST.get("template", "")
    number = int(text) if text.isdecimal() and len(text) < 10 else 0
    template: ContractTemplate = get_object_or_404(templates(), pk=number)
    actions.use_template(found, template, by=member_of(request), version=version_in(request))
    return moved_on(request, _("ひな形の条文を入れました。"), to=reverse("contract", args=[pk]))


def typed_clauses(request: HttpRequest) -> list[Clause]:
    """Return the clauses of the form in the order in which they stand; those ticked for leaving out are left out."""
    headings, bodies = request.POST.getlist("heading")[:200], request.POST.getlist("body")[:200]
    places = request.POST.getlist("place")[:200] or [str(place) for place in range(len(bodies))]
    rows = [
        (int(place) if place.isdecimal() and len(place) < 5 else 9_999, position, Clause(heading, body))
        for position, (heading, body, place) in enumerate(zip(headings, bodies, places, strict=False))
    ]
    return [clause for _place, _position, clause in sorted(rows, key=lambda row: row[:2])]


def _typed(request: HttpRequest, found: Contract) -> list[ContractLineForm]:
    columns = [request.POST.getlist(name)[: MOST_LINES + 1] for name in COLUMNS]
    rows = zip(*columns, strict=False)
    return [_line_form(found, dict(zip(COLUMNS, row, strict=True))) for row in rows if row[0].strip()]


def _line_form(found: Contract, data: dict[str, str] | None, initial: dict[str, Any] | None = None) -> ContractLineForm:
    form = ContractLineForm(data, initial=initial or {"quantity": 1, "rate": "10"}, auto_id=False)
    form.fields["unit_price"].currency = found.currency  # type: ignore[attr-defined]
    for field in form.fields.values():
        field.widget.attrs["aria-label"] = str(field.label)
    return form


def _initial(row: Any) -> dict[str, Any]:
    return {
        "description": row.description,
        "quantity": row.plain_quantity,
        "unit": row.unit,
        "unit_price": row.unit_price,
        "rate": f"{row.tax_rate.normalize():f}" + ("r" if row.is_reduced else ""),
    }
