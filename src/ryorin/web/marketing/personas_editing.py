"""Drawing a persona and putting it into one's own words."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST

from ryorin.customers.segments.models import Segment
from ryorin.customers.voice.models import Need
from ryorin.lib.errors import Refusal
from ryorin.marketing.personas import actions, queries
from ryorin.marketing.personas.models import Persona, Section
from ryorin.marketing.personas.rules import LONGEST_WORDS
from ryorin.web.answers import member_of, moved_on, version_in
from ryorin.web.marketing.personas import seen
from ryorin.web.once import new_token, once
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


class PersonaForm(forms.Form):
    name = forms.CharField(
        label=lazy("名前"), max_length=60, widget=forms.TextInput(attrs={"placeholder": lazy("例：設備課長の高橋さん")})
    )
    role = forms.CharField(label=lazy("ひとことで"), max_length=120, required=False)
    segment = forms.ModelChoiceField(label=lazy("セグメント"), queryset=Segment.objects.none(), empty_label=None)

    def __init__(self, *args: Any, segments: QuerySet[Segment], **named: Any) -> None:
        super().__init__(*args, **named)
        segment = self.fields["segment"]
        assert isinstance(segment, forms.ModelChoiceField)
        segment.queryset = segments


class PortraitForm(forms.Form):
    name = forms.CharField(label=lazy("名前"), max_length=60)
    role = forms.CharField(label=lazy("ひとことで"), max_length=120, required=False)
    owner = forms.ModelChoiceField(label=lazy("担当"), queryset=Member.objects.none(), required=False)
    quote = forms.ModelChoiceField(
        label=lazy("お客さまの声"), queryset=Need.objects.none(), required=False, empty_label=lazy("なし")
    )
    picture = forms.FileField(
        label=lazy("写真・イラスト（PNG・JPEG・WebP、5MBまで）"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    drops_picture = forms.BooleanField(label=lazy("いまの画像を外す"), required=False)

    def __init__(self, *args: Any, quotes: QuerySet[Need], words: dict[str, str], **named: Any) -> None:
        super().__init__(*args, **named)
        owner, quote = self.fields["owner"], self.fields["quote"]
        assert isinstance(owner, forms.ModelChoiceField) and isinstance(quote, forms.ModelChoiceField)
        owner.queryset = Member.objects.filter(is_active=True)
        quote.queryset = quotes
        quote.label_from_instance = lambda need: need.words[:80]  # type: ignore[assignment, method-assign]
        for section in Section:
            self.fields[section.value] = forms.CharField(
                label=section.label,
                max_length=LONGEST_WORDS,
                required=False,
                initial=words.get(section, ""),
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def values(self) -> dict[str, Any]:
        """Return what `change_persona` takes."""
        data, picture = self.cleaned_data, self.cleaned_data["picture"]
        return {
            "name": data["name"],
            "role": data["role"],
            "owner": data["owner"],
            "quote": data["quote"],
            "words": {section.value: data[section.value] for section in Section},
            "picture": picture.read() if picture else None,
            "picture_name": picture.name if picture else "",
            "drops_picture": data["drops_picture"],
        }


@require_http_methods(["GET", "HEAD", "POST"])
def persona_new(request: HttpRequest) -> HttpResponse:
    """Ask whose portrait is wanted, then draw it."""
    member = member_of(request)
    require(member, "personas.change")
    segments = Segment.objects.visible_to(member).in_use().order_by("name")
    if request.method != "POST":
        form = PersonaForm(initial={"segment": request.GET.get("segment", "")}, segments=segments)
        return _new(request, form)
    form = PersonaForm(request.POST, segments=segments)
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            pk = once(request, lambda: actions.create_persona(values.pop("segment"), by=member, **values))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("persona", pk) if pk else redirect("personas")
    return _new(request, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def persona_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what people say of the persona to be changed, then change it."""
    member, found = member_of(request), seen(request, pk)
    require(member, "personas.change")
    voices = queries.quotes_for(found, member)
    quotes = Need.objects.filter(pk__in=[*voices.values_list("pk", flat=True), *([found.quote_id or 0])])
    initial = {"name": found.name, "role": found.role, "owner": found.owner_id, "quote": found.quote_id}
    form = PortraitForm(request.POST or None, request.FILES or None, quotes=quotes, words=found.words, initial=initial)
    status = 422
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_persona(found, by=member, version=version_in(request), **form.values())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = 409 if isinstance(refusal, StaleRecord) else 422
        else:
            messages.success(request, _("保存しました。"))
            return redirect("persona", found.pk)
    parts = [(form[part.section.value], part) for part in queries.portrait(found)]
    context = {"form": form, "persona": found, "parts": parts}
    return render(request, "marketing/personas/edit.html", context, status=status if form.errors else 200)


@require_POST
def persona_agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Take today's portrait as the agreed one."""
    found = actions.agree_to_persona(seen(request, pk), by=member_of(request))
    messages.success(request, _("いまの内容を合意した内容として残しました。"))
    return redirect("persona", found.pk)


@require_POST
def persona_refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute the portrait now."""
    found = seen(request, pk)
    require(member_of(request), "personas.change")
    actions.compute(found)
    messages.success(request, _("いまのデータで計算し直しました。"))
    return redirect("persona", found.pk)


@require_POST
def persona_hide_fact(request: HttpRequest, pk: int, fact: int) -> HttpResponse:
    """Take one computed sentence off the portrait."""
    found = seen(request, pk)
    actions.hide_fact(found, get_object_or_404(found.facts, pk=fact), by=member_of(request))
    return redirect("persona", found.pk)


@require_POST
def persona_show_facts(request: HttpRequest, pk: int) -> HttpResponse:
    """Put back the sentences that were taken off."""
    found = seen(request, pk)
    actions.show_facts(found, by=member_of(request))
    return redirect("persona", found.pk)


@require_POST
def persona_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a persona."""
    found: Persona = seen(request, pk)
    actions.delete_persona(found, by=member_of(request))
    return moved_on(request, _("「%(name)s」を削除しました。") % {"name": found.name}, to=reverse("personas"))


def _new(request: HttpRequest, form: PersonaForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "once": request.POST.get("once") or new_token()}
    return render(request, "marketing/personas/new.html", context, status=status)
