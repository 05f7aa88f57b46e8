"""The voice of the customer: needs noted, corrected, listed, and counted with the people behind them."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.conditions import parser
from ryorin.conditions.to_orm import to_q
from ryorin.conditions.tree import EVERYTHING, All, Op, Test
from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.customers.voice import actions
from ryorin.customers.voice.errors import NeedRefused
from ryorin.customers.voice.fields import NEED
from ryorin.customers.voice.models import Need, NeedKind, NeedSource, NeedState
from ryorin.customers.voice.queries import counted, crossed
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.products.catalogue.models import Product
from ryorin.sales.deals.models import Deal
from ryorin.web.answers import done, is_fragment, member_of, picked, version_in, way_back
from ryorin.web.customers.undo import deleted
from ryorin.web.inputs import DayField, MoneyField, PickedField, picked_in
from ryorin.web.lists import Listing, record_list
from ryorin.web.lists.listing import Lead, Row
from ryorin.web.once import new_token, once
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may, require

STRENGTHS = [(number, str(number)) for number in (1, 2, 3, 4, 5)]
FIELDS = ("kind", "what", "words", "strength", "area", "product", "competitor", "budget", "wanted_on", "state")


def _what(row: Row) -> SafeString:
    return format_html('{}<span class="kana">{}</span>', row["what"], row["words"][:60])


NEEDS = Listing(
    title=gettext_lazy("ニーズ一覧"),
    url="needs",
    record_url="need",
    lead=Lead(label=gettext_lazy("内容"), paths=("what", "words"), show=_what, sort="what"),
    new_url="need_new",
    new_label=gettext_lazy("ニーズを記録"),
    sort="-said_at",
    change=actions.change_need,
    change_verb="needs.change",
    delete=actions.delete_need,
    delete_verb="needs.change",
    restores=True,
    empty_title=gettext_lazy("まだニーズがありません"),
    empty_text=gettext_lazy("ヒアリングや訪問で聞いた声を残すと、商品づくりと次の提案に使えます。"),
    empty_url="need_new",
    empty_label=gettext_lazy("ニーズを記録"),
    icon="message-circle",
    template="customers/needs.html",
    context={"tab": "needs"},
)


class NeedForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("種類"), choices=NeedKind.choices, widget=forms.RadioSelect, initial=NeedKind.PROBLEM
    )
    what = forms.CharField(label=gettext_lazy("内容"), max_length=200)
    words = forms.CharField(
        label=gettext_lazy("お客さまの言葉"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("言い換えずに、そのまま書いてください。"),
    )
    strength = forms.TypedChoiceField(
        label=gettext_lazy("強さ（1〜5）"), choices=STRENGTHS, coerce=int, widget=forms.RadioSelect, initial=3
    )
    person = PickedField(Person.objects.none(), label=gettext_lazy("顧客"), required=False)
    company = PickedField(Company.objects.none(), label=gettext_lazy("会社"), required=False)
    deal = PickedField(Deal.objects.none(), label=gettext_lazy("商談"), required=False)
    area = forms.CharField(label=gettext_lazy("商品分野"), max_length=80, required=False)
    product = PickedField(Product.objects.none(), label=gettext_lazy("商品"), required=False)
    competitor = forms.CharField(label=gettext_lazy("競合"), max_length=80, required=False)
    budget = MoneyField(label=gettext_lazy("予算"), required=False)
    wanted_on = DayField(label=gettext_lazy("希望時期"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("状態"), choices=NeedState.choices, required=False, initial=NeedState.OPEN
    )

    def __init__(self, *args: Any, member: Member, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["area"].widget.attrs["list"] = "areas"
        rows = {"person": Person, "company": Company, "deal": Deal, "product": Product}
        for name, model in rows.items():
            self.fields[name].queryset = model.objects.visible_to(member)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Return what the verbs take of a need's own fields."""
        data = self.cleaned_data
        said = {name: data[name] for name in FIELDS if name in self.fields}
        return said | {"budget": data["budget"] or None, "state": data["state"] or NeedState.OPEN}


@require_http_methods(["GET", "HEAD", "POST"])
def needs(request: HttpRequest) -> HttpResponse:
    """Show the needs as a list."""
    rows = Need.objects.visible_to(member_of(request))
    return record_list(request, record_type=NEED, rows=rows, member=member_of(request), listing=NEEDS)


@require_http_methods(["GET", "POST"])
def need_new(request: HttpRequest) -> HttpResponse:
    """Show the form for a need, of a person, company or deal where given, or keep it."""
    member = member_of(request)
    require(member, "needs.change")
    form = NeedForm(request.POST if request.method == "POST" else None, member=member, initial=_meant(request, member))
    if request.method == "POST" and form.is_valid():
        try:
            once(request, lambda: _noted(form, by=member))
        except Refusal as refusal:
            _refuse(form, refusal)
        else:
            return done(request, _("ニーズを記録しました。"), to=way_back(request, "needs"), events=_EVENTS)
    return _page(request, form, {"once": request.POST.get("once") or new_token()})


@require_http_methods(["GET", "POST"])
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one need to be corrected, or correct it."""
    member = member_of(request)
    rows = Need.objects.visible_to(member).select_related("person", "company", "product", "owner")
    found: Need = get_object_or_404(rows, pk=pk)
    initial = {name: getattr(found, name) for name in FIELDS}
    form = NeedForm(request.POST if request.method == "POST" else None, member=member, initial=initial)
    for name in ("person", "company", "deal"):
        del form.fields[name]
    deal = Deal.objects.visible_to(member).filter(pk=found.deal_id or 0).first()
    context: dict[str, Any] = {"need": found, "deal": deal, "version": request.POST.get("version", found.version)}
    if request.method == "POST":
        require(member, "needs.change")
        if form.is_valid():
            try:
                actions.change_need(found, by=member, version=version_in(request), **form.values())
            except StaleRecord as refusal:
                found.refresh_from_db()
                form.add_error(None, str(refusal))
                context["version"] = found.version
            except Refusal as refusal:
                _refuse(form, refusal)
            else:
                return done(request, _("保存しました。"), to=way_back(request, "needs"), events=_EVENTS)
    return _page(request, form, context)


@require_POST
def need_delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Need.objects.visible_to(member_of(request)), pk=pk)
    return deleted(request, found.what, actions.delete_need(found, by=member_of(request)), "needs")


@require_GET
def needs_summary(request: HttpRequest) -> HttpResponse:
    """Show how often what was said: by kind, product area and competitor, each leading to the rows."""
    member = member_of(request)
    node = parser.from_query(request.GET, NEED.seen_by(member.role))
    rows = Need.objects.visible_to(member)
    if node != EVERYTHING:
        rows = rows.filter(to_q(node, NEED, now=clock.now()))
    areas, table = crossed(rows)
    kinds = [(kind.value, kind.label) for kind in NeedKind]
    context = {
        "tab": "summary",
        "kinds": [(one, NeedKind(one.value).label, _rows("kind", one.value)) for one in counted(rows, "kind")],
        "areas": [
            (area, _rows("area", area), [(table[area][kind], _rows("area", area, kind)) for kind, _label in kinds])
            for area in areas
        ],
        "heads": [label for _kind, label in kinds],
        "competitors": [(one, _rows("competitor", one.value)) for one in counted(rows, "competitor")],
        "total": rows.count(),
    }
    return render(request, "customers/needs_summary.html", context)


_EVENTS = ("deal-changed", "list-changed", "needs-changed")


def _rows(field: str, value: str, kind: str = "") -> str:
    """Return the address of the list of needs with this value."""
    tests = [Test(field, Op.IS, value), *([Test("kind", Op.IS, kind)] if kind else [])]
    return f"{reverse('needs')}?{parser.to_query(All(tuple(tests)))}"


def _noted(form: NeedForm, *, by: Member) -> Need:
    data = form.cleaned_data
    deal, person, firm = data["deal"], data["person"], data["company"]
    source = NeedSource.DEAL if deal else NeedSource.PERSON if person else NeedSource.OTHER
    return actions.note_need(
        by=by,
        person=person or (deal.person if deal else None),
        company=firm or (deal.company if deal else None),
        deal_id=deal.pk if deal else None,
        source=source,
        **form.values(),
    )


def _refuse(form: NeedForm, refusal: Refusal) -> None:
    named = isinstance(refusal, NeedRefused) and refusal.field in form.fields
    form.add_error(refusal.field if named else None, str(refusal))  # type: ignore[attr-defined]


def _page(request: HttpRequest, form: NeedForm, more: dict[str, Any]) -> HttpResponse:
    member = member_of(request)
    chosen = ("person", "company", "deal", "product")
    context = {
        "form": form,
        "may_change": may(member, "needs.change"),
        "areas": Need.objects.exclude(area="").order_by("area").values_list("area", flat=True).distinct()[:100],
        "next": request.GET.get("next") or request.POST.get("next", ""),
        **{f"chosen_{name}": picked_in(form, name) for name in chosen if name in form.fields},
        **more,
    }
    if is_fragment(request):
        return render(request, "customers/need_form.html#form", context)
    return render(request, "customers/need_form.html", context, status=422 if form.errors else 200)


def _meant(request: HttpRequest, member: Member) -> dict[str, Any]:
    """Return what the address says about the new need."""
    rows: dict[str, type[Any]] = {"deal": Deal, "person": Person, "company": Company}
    meant = {name: picked(model.objects.visible_to(member), request.GET.get(name)) for name, model in rows.items()}
    kind = request.GET.get("kind", "")
    return meant | {"kind": kind if kind in NeedKind.values else NeedKind.PROBLEM.value, "strength": 3}
