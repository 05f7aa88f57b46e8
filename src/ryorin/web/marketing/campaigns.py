"""Pages of campaigns: the list, one campaign with its numbers, planning one and changing it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.conditions.parser import to_query
from ryorin.conditions.tree import Op, Test
from ryorin.customers.people.models import Person
from ryorin.insight.metrics.queries import by_part, metric_named
from ryorin.insight.metrics.rules import Metric
from ryorin.lib import clock
from ryorin.marketing.campaigns.actions import ask_for_budget, change_campaign, create_campaign, delete_campaign
from ryorin.marketing.campaigns.errors import CampaignCodeTaken, CampaignInvalid
from ryorin.marketing.campaigns.fields import CAMPAIGN
from ryorin.marketing.campaigns.models import Campaign, CampaignQuerySet
from ryorin.marketing.campaigns.queries import cost_so_far
from ryorin.marketing.campaigns.rules import BUDGET, budget_digest, budget_facts, state_on
from ryorin.marketing.pages.models import Form
from ryorin.web.answers import member_of, moved_on
from ryorin.web.context import company
from ryorin.web.customers.listings import PEOPLE
from ryorin.web.customers.undo import deleted
from ryorin.web.insight.showing import shown, span_query
from ryorin.web.lists import Listing, record_list
from ryorin.web.lists.listing import Lead, Row
from ryorin.web.lists.state import whole
from ryorin.web.marketing.inputs import CampaignForm, LinkForm
from ryorin.web.marketing.tabs import campaign_tabs
from ryorin.web.once import new_token, once
from ryorin.web.templatetags.ryorin import maybe_url
from ryorin.web.workspace.approvals import panel
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.rules import may, require

BEGINNING = date(2000, 1, 1)
NUMBERS = (
    "visits", "leads", "qualified_leads", "deals_opened", "deals_won", "won_value", "revenue", "cost_per_lead",
)  # fmt: skip
SHOWN = 10


def _lead(row: Row) -> str:
    return format_html('{}<span class="kana">{}</span>', row["name"], row["code"])


def _change(found: Campaign, **fields: Any) -> Campaign:
    """Change a campaign from its list, where an emptied budget is none."""
    if "budget" in fields:
        fields["budget"] = fields["budget"] or 0
    return change_campaign(found, **fields)


CAMPAIGNS = Listing(
    title=pgettext_lazy("menu", "施策"),
    url="campaigns",
    record_url="campaign",
    lead=Lead(label=lazy("施策名"), paths=("name", "code"), show=_lead, sort="name"),
    new_url="campaign_new",
    new_label=lazy("施策を計画"),
    search="campaign",
    sort="-starts_on",
    change=_change,
    change_verb="campaigns.change",
    empty_title=lazy("施策はまだありません"),
    empty_text=lazy("広告、展示会、メールなどを施策として登録すると、かけた費用から受注までがひとつながりで見えます。"),
    empty_url="campaign_new",
    empty_label=lazy("施策を計画"),
    icon="speakerphone",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a campaign, and the page with the rows behind it."""

    metric: Metric
    text: str
    url: str


@require_http_methods(["GET", "HEAD", "POST"])
def campaigns(request: HttpRequest) -> HttpResponse:
    return record_list(
        request, record_type=CAMPAIGN, rows=visible(request), member=member_of(request), listing=CAMPAIGNS
    )


@require_GET
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(visible(request).select_related("owner"), pk=pk)
    return page(request, found, LinkForm())


def page(request: HttpRequest, found: Campaign, link_form: LinkForm, *, status: int = 200) -> HttpResponse:
    """Return the page of the campaign, with a form for one more link."""
    member = member_of(request)
    people = Person.objects.visible_to(member).filter(source_campaign_id=found.pk)
    cost = cost_so_far([found.pk]).get(found.pk, 0)
    context = {
        "campaign": found,
        "tabs": campaign_tabs(found, "campaign"),
        "state": state_on(found, clock.today(company().time_zone)),
        "cost": cost,
        "spent": cost / found.budget * 100 if found.budget else None,
        "links": [(link, request.build_absolute_uri(reverse("link", args=[link.code]))) for link in found.links.all()],
        "link_form": link_form,
        "forms": Form.objects.visible_to(member).filter(campaign=found),
        "people": people.select_related("company").order_by("-pk")[:SHOWN],
        "people_count": people.count(),
        "people_url": f"{PEOPLE.address()}?{to_query(Test('source_campaign_id', Op.IS, found.pk))}",
        "may_change": may(member, "campaigns.change"),
        "may_change_forms": may(member, "forms.change"),
        "budget_panel": panel(
            BUDGET,
            found.pk,
            member=member,
            facts=budget_facts(found),
            digest=budget_digest(found),
            back=reverse("campaign", args=[found.pk]),
            request_url=reverse("campaign_approval", args=[found.pk]) if may(member, "campaigns.change") else "",
        ),
    }
    return render(request, "marketing/campaign.html", context, status=status)


@require_POST
def campaign_approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for approval of the campaign's budget."""
    found = get_object_or_404(visible(request), pk=pk)
    asked = ask_for_budget(found, by=member_of(request), note=request.POST.get("note", ""))
    text = _("予算の承認を申請しました。") if asked else _("この予算に承認は要りません。")
    return moved_on(request, text, to=reverse("campaign", args=[pk]))


@require_POST
def campaign_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a campaign that nothing refers to; the message after it brings it back."""
    found = get_object_or_404(visible(request), pk=pk)
    entry = delete_campaign(found, by=member_of(request))
    return deleted(request, found.name, entry, "campaigns")


@require_GET
def campaign_numbers(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what came of the campaign, asked apart from its page because history may take a moment."""
    found = get_object_or_404(visible(request), pk=pk)
    return render(request, "marketing/numbers.html", {"figures": figures_of(found)})


def figures_of(found: Campaign) -> list[Figure]:
    """Return the campaign's numbers over all days, as the KPI pages count them."""
    end = clock.today(company().time_zone) + timedelta(days=1)
    figures = []
    for name in NUMBERS:
        metric = metric_named(name)
        number = by_part(metric, BEGINNING, end, breakdown="campaign").get(found.pk)
        value = number.value if number else None if metric.per else 0
        rows = maybe_url("metric_rows", name) if value else ""
        url = f"{rows}?{span_query(BEGINNING, end, by='campaign', key=found.pk)}" if rows else ""
        figures.append(Figure(metric, shown(metric, value), url))
    return figures


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_new(request: HttpRequest) -> HttpResponse:
    require(member_of(request), "campaigns.change")
    form = CampaignForm(request.POST or None, initial={"owner": request.user.pk})
    if request.method == "POST" and form.is_valid():
        try:
            pk = once(request, lambda: create_campaign(by=member_of(request), **form.values()))
        except (CampaignInvalid, CampaignCodeTaken) as refusal:
            form.add_error("code" if isinstance(refusal, CampaignCodeTaken) else None, str(refusal))
        else:
            return redirect("campaign", pk) if pk else redirect("campaigns")
    return _form(request, form, title=_("施策を計画"), back=reverse("campaigns"))


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_edit(request: HttpRequest, pk: int) -> HttpResponse:
    require(member_of(request), "campaigns.change")
    found = get_object_or_404(visible(request), pk=pk)
    form = CampaignForm(request.POST or None, initial=CampaignForm.initial_of(found))
    version, status = request.POST.get("version", str(found.version)), 200
    if request.method == "POST" and form.is_valid():
        try:
            change_campaign(found, by=member_of(request), version=whole(version), **form.values())
        except (CampaignInvalid, CampaignCodeTaken) as refusal:
            form.add_error("code" if isinstance(refusal, CampaignCodeTaken) else None, str(refusal))
        except StaleRecord as refusal:
            found.refresh_from_db()
            form.add_error(None, str(refusal))
            version, status = str(found.version), 409
        else:
            messages.success(request, _("保存しました。"))
            return redirect("campaign", pk)
    back = reverse("campaign", args=[pk])
    return _form(request, form, title=found.name, back=back, status=status, version=version)


def visible(request: HttpRequest) -> CampaignQuerySet:
    """Return the campaigns the member may see."""
    found: CampaignQuerySet = Campaign.objects.visible_to(member_of(request))
    return found


def _form(
    request: HttpRequest, form: CampaignForm, *, title: str, back: str, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "title": title, "back": back, "once": request.POST.get("once") or new_token(), **more}
    status = 422 if form.errors and status == 200 else status
    return render(request, "marketing/campaign_form.html", context, status=status)
