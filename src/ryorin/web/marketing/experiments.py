"""A/B tests: their list, one with its result, writing one, starting, stopping and deciding it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.customers.timeline.rules import KINDS
from ryorin.lib.errors import Refusal
from ryorin.marketing.experiments import actions
from ryorin.marketing.experiments.fields import EXPERIMENT
from ryorin.marketing.experiments.models import Experiment, ExperimentState, Variant
from ryorin.marketing.experiments.queries import Result, result
from ryorin.marketing.experiments.rules import Standing, sentence_of
from ryorin.web.answers import member_of, moved_on, picked
from ryorin.web.customers.undo import deleted_from
from ryorin.web.lists import Listing, record_list
from ryorin.web.lists.listing import Lead, Row
from ryorin.web.lists.state import whole
from ryorin.web.marketing.experiments_inputs import ExperimentForm, SizeForm, VariantRows, targets_of
from ryorin.web.once import new_token, once
from ryorin.web.templatetags.ryorin import number, percent
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.rules import may, require

TONES = {Standing.BETTER: "good", Standing.BROKEN: "warn"}


def _lead(row: Row) -> str:
    return format_html("{}", row["name"])


EXPERIMENTS = Listing(
    title=lazy("A/Bテスト"),
    url="experiments",
    record_url="experiment",
    lead=Lead(label=lazy("テスト名"), paths=("name",), show=_lead, sort="name"),
    new_url="experiment_new",
    new_label=lazy("テストを作る"),
    change_verb="experiments.change",
    empty_title=lazy("A/Bテストはまだありません"),
    empty_text=lazy("ページやメールを2通り用意して出し分け、どちらが成果につながるかを確かめます。"),
    empty_url="experiment_new",
    empty_label=lazy("テストを作る"),
    icon="arrows-split-2",
)


@require_http_methods(["GET", "HEAD", "POST"])
def experiments(request: HttpRequest) -> HttpResponse:
    rows = Experiment.objects.visible_to(member_of(request))
    return record_list(request, record_type=EXPERIMENT, rows=rows, member=member_of(request), listing=EXPERIMENTS)


@require_GET
def experiment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a test with its result so far."""
    found, member = seen(request, pk), member_of(request)
    known = result(found)
    letters = [one.variant.letter for one in known.arms]
    names = dict(targets_of(found.subject))
    context = {
        "experiment": found,
        "result": known,
        "sentence": sentence_of(known.verdict, letters, effect=found.effect),
        "tone": TONES.get(known.standing, ""),
        "progress": min(100, known.seen / known.planned * 100) if known.planned else 0,
        "metric_label": KINDS[found.metric].label,
        "rows": [row_of(one, names) for one in known.arms],
        "alarms": [alarm_of(one.variant, guard.kind) for one, guard in known.alarms],
        "chart": chart(known) if len(known.days) > 1 else None,
        "favourite": known.verdict.place if known.standing is Standing.BETTER else 0,
        "may_change": may(member, "experiments.change"),
    }
    return render(request, "marketing/experiments/experiment.html", context)


def row_of(one: Any, names: dict[str, str]) -> dict[str, Any]:
    """Return one variant's line of the table."""
    compared = one.comparison
    return {
        "variant": one.variant,
        "target": names.get(str(one.variant.target_id), ""),
        "seen": number(one.arm.seen),
        "won": number(one.arm.won),
        "rate": percent(one.arm.rate, 2) if one.arm.seen else "–",
        "difference": points(compared.difference) if compared and one.arm.seen else "",
        "range": f"{points(compared.low)} 〜 {points(compared.high)}" if compared and compared.p_value < 1 else "",
        "p_value": f"{compared.p_value:.3f}" if compared and compared.p_value < 1 else "",
        "css": "up" if compared and compared.is_better else "down" if compared and compared.is_worse else "",
        "guards": [
            {
                "label": KINDS[guard.kind].label,
                "rate": percent(guard.arm.rate, 2) if guard.arm.seen else "–",
                "bad": guard.is_harmed,
            }
            for guard in one.guards
        ],
    }


def points(share: float) -> str:
    """Return a difference of shares in points, "+1.20pt"."""
    return f"{share * 100:+.2f}pt".replace("-", "−")


def alarm_of(variant: Variant, kind: str) -> str:
    words = {"letter": variant.letter, "kind": KINDS[kind].label}
    return _("%(letter)sでは「%(kind)s」が悪くなっています。") % words


def chart(known: Result) -> dict[str, Any]:
    """Return the rate of each variant by day, over all who came so far."""
    wheels = ("ink-4", "sow", "axle", "harvest", "ink-2", "line-2")
    return {
        "title": _("成果率の推移（累計）"),
        "kind": "line",
        "axis": _("日"),
        "labels": [f"{day.day.month}/{day.day.day}" for day in known.days],
        "series": [
            {
                "name": f"{one.variant.letter} {one.variant.name}",
                "values": [
                    round(day.arms[place].rate * 100, 2) if day.arms[place].seen else None for day in known.days
                ],
                "wheel": wheels[place],
            }
            for place, one in enumerate(known.arms)
        ],
        "unit": "%",
        "decimals": 2,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def experiment_new(request: HttpRequest) -> HttpResponse:
    """Write a new test."""
    member = member_of(request)
    require(member, "experiments.change")
    asked = {name: request.GET[name] for name in ("subject", "campaign") if name in request.GET}
    form = ExperimentForm(request.POST or None, initial={"owner": member.pk, **asked})
    rows = VariantRows(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        try:
            values = form.values()
            pk = once(request, lambda: actions.create_experiment(by=member, variants=rows.drafts(), **values))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("experiment", pk) if pk else redirect("experiments")
    return _form(request, form, rows, title=_("A/Bテストを作る"), back=reverse("experiments"))


@require_http_methods(["GET", "HEAD", "POST"])
def experiment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a test that has not started."""
    member, found = member_of(request), seen(request, pk)
    require(member, "experiments.change")
    is_sent = request.method == "POST"
    form = ExperimentForm(request.POST if is_sent else None, initial=ExperimentForm.initial_of(found))
    rows = VariantRows(request.POST if is_sent else None, variants=list(found.variants.all()))
    version, status = request.POST.get("version", str(found.version)), 200
    if is_sent and form.is_valid() and rows.is_valid():
        values = form.values() | {"variants": rows.drafts()}
        values.pop("subject")
        if found.state != ExperimentState.DRAFT:
            values = {name: values[name] for name in ("name", "hypothesis", "owner")}
        try:
            actions.change_experiment(found, by=member, version=whole(version), **values)
        except StaleRecord as refusal:
            found.refresh_from_db()
            form.add_error(None, str(refusal))
            version, status = str(found.version), 409
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("experiment", pk)
    back = reverse("experiment", args=[pk])
    return _form(request, form, rows, title=found.name, back=back, status=status, version=version, experiment=found)


@require_GET
def experiment_targets(request: HttpRequest) -> HttpResponse:
    """Return the variants' rows with the things of a subject to choose from."""
    rows = VariantRows(
        request.GET if "variant-name" in request.GET else None, subject=request.GET.get("subject", "page")
    )
    if "more" in request.GET:
        rows.add()
    return render(request, "marketing/experiments/form.html#variants", {"rows": rows})


@require_GET
def experiment_size(request: HttpRequest) -> HttpResponse:
    """Return how many people a test takes, and how long."""
    form = SizeForm(request.GET)
    return render(request, "marketing/experiments/size.html", {"size": form.size() if form.is_valid() else None})


@require_POST
def experiment_start(request: HttpRequest, pk: int) -> HttpResponse:
    actions.start(seen(request, pk), by=member_of(request))
    return moved_on(request, _("A/Bテストを開始しました。"), to=reverse("experiment", args=[pk]))


@require_POST
def experiment_stop(request: HttpRequest, pk: int) -> HttpResponse:
    actions.stop(seen(request, pk), reason=request.POST.get("reason", ""), by=member_of(request))
    return moved_on(
        request, _("A/Bテストを止めました。全員に今の内容を表示します。"), to=reverse("experiment", args=[pk])
    )


@require_POST
def experiment_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Make one variant everybody's."""
    found = seen(request, pk)
    variant = picked(found.variants.all(), request.POST.get("variant"))
    if variant is None:
        messages.error(request, _("採用するパターンを選んでください。"))
        return redirect("experiment", pk)
    actions.decide(found, variant, reason=request.POST.get("reason", ""), by=member_of(request))
    text = _("「%(name)s」を採用しました。") % {"name": variant.name}
    return moved_on(request, text, to=reverse("experiment", args=[pk]))


@require_POST
def experiment_delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = seen(request, pk)
    entry = actions.delete_experiment(found, by=member_of(request))
    return deleted_from(request, found.name, entry, reverse("experiments"))


def seen(request: HttpRequest, pk: int) -> Experiment:
    rows = Experiment.objects.visible_to(member_of(request)).select_related("campaign", "winner", "owner", "decided_by")
    found: Experiment = get_object_or_404(rows, pk=pk)
    return found


def _form(
    request: HttpRequest,
    form: ExperimentForm,
    rows: VariantRows,
    *,
    title: str,
    back: str,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"form": form, "rows": rows, "title": title, "back": back, **more}
    context["once"] = request.POST.get("once") or new_token()
    faulty = form.errors or rows.problem
    return render(
        request, "marketing/experiments/form.html", context, status=422 if faulty and status == 200 else status
    )
