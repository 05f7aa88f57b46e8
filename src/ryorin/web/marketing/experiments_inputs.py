"""What people type about A/B tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ryorin.customers.timeline.rules import KINDS
from ryorin.insight.methods.experiments import days_needed, fixed_size, planned_size
from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.experiments.actions import Draft
from ryorin.marketing.experiments.models import Experiment, Subject, Variant
from ryorin.marketing.experiments.rules import GUARDS, METRICS, MOST_VARIANTS
from ryorin.marketing.mail.models import Message
from ryorin.marketing.media.models import Creative
from ryorin.marketing.sites.models import LandingPage
from ryorin.workspace.members.models import Member

TARGETS = 300
ALPHAS = [("0.1", "10%"), ("0.05", "5%"), ("0.01", "1%")]
POWERS = [("0.7", "70%"), ("0.8", "80%"), ("0.9", "90%")]


def kinds(names: Sequence[str]) -> list[tuple[str, Any]]:
    return [(name, KINDS[name].label) for name in names]


ALL_METRICS = kinds(list(dict.fromkeys(name for names in METRICS.values() for name in names)))


def targets_of(subject: str) -> list[tuple[str, str]]:
    """Return the pages, messages or creatives that can be compared, the newest first."""
    model: Any = {Subject.PAGE: LandingPage, Subject.MAIL: Message, Subject.CREATIVE: Creative}.get(
        subject, LandingPage
    )  # type: ignore[call-overload]
    return [(str(pk), name) for pk, name in model.objects.order_by("-pk").values_list("pk", "name")[:TARGETS]]


class ExperimentForm(forms.Form):
    name = forms.CharField(label=lazy("テスト名"), max_length=120)
    hypothesis = forms.CharField(
        label=lazy("仮説"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("何を変えると、なぜ成果が増えると考えるか。"),
    )
    subject = forms.ChoiceField(label=lazy("対象"), choices=Subject.choices)
    campaign = forms.ModelChoiceField(
        Campaign.objects.all(), label=lazy("施策"), required=False, empty_label=lazy("なし")
    )
    owner = forms.ModelChoiceField(
        Member.objects.filter(is_active=True), label=lazy("担当"), required=False, empty_label=lazy("未定")
    )
    metric = forms.ChoiceField(label=lazy("成果"), choices=ALL_METRICS)
    window_days = forms.IntegerField(label=lazy("成果を数える日数"), min_value=1, max_value=365, initial=14)
    guards = forms.MultipleChoiceField(
        label=lazy("見張る指標"),
        choices=kinds(GUARDS),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=lazy("成果が増えても、ここが悪くなれば知らせます。"),
    )
    baseline = forms.FloatField(label=lazy("今の成果率（%）"), min_value=0.01, max_value=99, initial=5)
    effect = forms.FloatField(label=lazy("見つけたい差（ポイント）"), min_value=0.01, max_value=99, initial=1)
    alpha = forms.ChoiceField(label=lazy("見誤りの許容"), choices=ALPHAS, initial="0.05")
    power = forms.ChoiceField(label=lazy("差を見つける確率"), choices=POWERS, initial="0.8")
    included = forms.IntegerField(label=lazy("参加する割合（%）"), min_value=1, max_value=100, initial=100)

    @staticmethod
    def initial_of(experiment: Experiment) -> dict[str, Any]:
        values = {name: getattr(experiment, name) for name in ExperimentForm.base_fields}
        values |= {name: round(100 * getattr(experiment, name), 4) for name in ("baseline", "effect")}
        return values | {name: f"{getattr(experiment, name):g}" for name in ("alpha", "power")}

    def values(self) -> dict[str, Any]:
        """Return what the verbs take."""
        values = dict(self.cleaned_data)
        values |= {name: values[name] / 100 for name in ("baseline", "effect")}
        return values | {name: float(values[name]) for name in ("alpha", "power")}


@dataclass
class Row:
    """One variant as it is typed."""

    name: str = ""
    note: str = ""
    share: str = "50"
    target: str = ""


@dataclass
class VariantRows:
    """The variants of a test: as sent, else as they are, else two to begin with."""

    data: QueryDict | None = None
    variants: Sequence[Variant] = ()
    subject: str = ""
    rows: list[Row] = field(default_factory=list)
    problem: str = ""

    def __post_init__(self) -> None:
        if self.data is not None:
            self.subject = self.data.get("subject", "") or self.subject
            columns = [
                self.data.getlist(f"variant-{name}")[:MOST_VARIANTS] for name in ("name", "note", "share", "target")
            ]
            self.rows = [Row(*(text[:300].replace("\0", "") for text in row)) for row in zip(*columns, strict=False)]
        elif self.variants:
            self.subject = self.variants[0].experiment.subject
            self.rows = [Row(one.name, one.note, str(one.share), str(one.target_id or "")) for one in self.variants]
        if not self.rows:
            self.rows = [Row(_("今のもの")), Row(_("新しい案"))]
        self.subject = self.subject or Subject.PAGE

    @property
    def targets(self) -> list[tuple[str, str]]:
        return targets_of(self.subject)

    @property
    def may_add(self) -> bool:
        return len(self.rows) < MOST_VARIANTS

    def add(self) -> None:
        if self.may_add:
            self.rows.append(Row())

    def is_valid(self) -> bool:
        known = {pk for pk, _name in self.targets}
        filled = [row for row in self.rows if row.name.strip() or row.target]
        if len(filled) < 2:
            self.problem = _("パターンを2つ以上入力してください。")
        elif any(not row.share.isdecimal() or len(row.share) > 4 for row in filled):
            self.problem = _("割合は1〜1000の数字で入力してください。")
        elif any(row.target and row.target not in known for row in filled):
            self.problem = _("選んだ内容が見つかりません。もう一度選んでください。")
        self.rows = filled or self.rows
        return not self.problem

    def drafts(self) -> list[Draft]:
        return [
            Draft(
                name=row.name.strip()[:80],
                note=row.note.strip(),
                share=int(row.share),
                target_id=int(row.target) if row.target else None,
            )
            for row in self.rows
        ]


class SizeForm(forms.Form):
    """What the helper asks: rates in percent, and how many come a day."""

    baseline = forms.FloatField(min_value=0.01, max_value=99)
    effect = forms.FloatField(min_value=0.01, max_value=99)
    alpha = forms.FloatField(min_value=0.001, max_value=0.2, required=False)
    power = forms.FloatField(min_value=0.5, max_value=0.99, required=False)
    a_day = forms.FloatField(min_value=0, max_value=10**9, required=False)
    arms = forms.IntegerField(min_value=2, max_value=MOST_VARIANTS, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if (values.get("baseline") or 0) + (values.get("effect") or 0) >= 100:
            raise forms.ValidationError(_("今の成果率と見つけたい差は、合わせて100%未満にしてください。"))
        return values

    def size(self) -> dict[str, Any]:
        """Return how many a test takes in all, how many without ever looking, and how many days."""
        values = self.cleaned_data
        arms = values["arms"] or 2
        alpha, power = (values["alpha"] or 0.05) / (arms - 1), values["power"] or 0.8
        baseline, effect = values["baseline"] / 100, values["effect"] / 100
        total = planned_size(baseline, effect, alpha=alpha, power=power) * arms
        days = days_needed(total, a_day=values["a_day"] or 0)
        return {
            "total": total,
            "fixed": fixed_size(baseline, effect, alpha=alpha, power=power) * arms,
            "days": ceil(days) if days < 10_000 else None,
        }
