"""Building a segment: its condition with the number of people beside it, its name; archive and deletion."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.tree import EVERYTHING
from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import Segment, SegmentKind
from ryorin.lib.errors import Refusal
from ryorin.marketing.segments import actions, queries
from ryorin.marketing.segments.rules import read, said
from ryorin.web.alignment.builder import Builder, checked, from_post
from ryorin.web.alignment.conditions import ABOUT, drawn
from ryorin.web.answers import member_of, moved_on, version_in
from ryorin.web.lists.state import whole
from ryorin.web.marketing.segments import seen
from ryorin.web.once import new_token, once
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

ABOUT_SEGMENT = "segment"
SAMPLE = 5
LARGEST_CONDITION = 100_000


class SegmentForm(forms.Form):
    name = forms.CharField(label=lazy("セグメント名"), max_length=80)
    purpose = forms.CharField(label=lazy("用途"), max_length=200, required=False)
    kind = forms.ChoiceField(label=lazy("更新のしかた"), choices=SegmentKind.choices, widget=forms.RadioSelect)
    owner = forms.ModelChoiceField(label=lazy("担当"), queryset=Member.objects.none(), required=False)

    def __init__(self, *args: Any, is_new: bool, **named: Any) -> None:
        super().__init__(*args, **named)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = Member.objects.filter(is_active=True)
        if not is_new:
            del self.fields["kind"]


@require_http_methods(["GET", "HEAD", "POST"])
def segment_new(request: HttpRequest) -> HttpResponse:
    """Ask for a condition and a name, then make the segment."""
    member = member_of(request)
    require(member, "segments.change")
    if request.method != "POST":
        kind = request.GET.get("kind", "")
        initial = {
            "kind": kind if kind in SegmentKind.values else SegmentKind.LIVE,
            "owner": member.pk,
            "name": request.GET.get("name", "")[:80],
        }
        builder = drawn((request.GET.get("f") or "{}")[:LARGEST_CONDITION], ABOUT_SEGMENT)
        return _form(request, SegmentForm(initial=initial, is_new=True), builder)
    form, builder = SegmentForm(request.POST, is_new=True), from_post(request.POST, ABOUT[ABOUT_SEGMENT])
    if not form.is_valid() or checked(builder, read) is None:
        return _form(request, form, builder, status=422)
    try:
        values = form.cleaned_data | {"condition": builder.to_json()}
        pk = once(request, lambda: actions.create_segment(by=member, **values))
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _form(request, form, builder, status=422)
    return redirect("segment", pk) if pk else redirect("segments")


@require_http_methods(["GET", "HEAD", "POST"])
def segment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a segment to be changed, then change it."""
    member, found = member_of(request), seen(request, pk)
    require(member, "segments.change")
    if request.method != "POST":
        initial = {"name": found.name, "purpose": found.purpose, "owner": found.owner_id}
        builder = drawn(queries.condition_of(found), ABOUT_SEGMENT)
        return _form(request, SegmentForm(initial=initial, is_new=False), builder, segment=found)
    form, builder = SegmentForm(request.POST, is_new=False), from_post(request.POST, ABOUT[ABOUT_SEGMENT])
    is_read = not found.is_live or checked(builder, read) is not None
    if not form.is_valid() or not is_read:
        return _form(request, form, builder, segment=found, status=422)
    try:
        condition = {"condition": builder.to_json()} if found.is_live else {}
        actions.change_segment(found, by=member, version=version_in(request), **form.cleaned_data, **condition)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        status = 409 if isinstance(refusal, StaleRecord) else 422
        return _form(request, form, builder, segment=found, status=status)
    messages.success(request, _("保存しました。"))
    return redirect("segment", found.pk)


@require_POST
def segment_preview(request: HttpRequest) -> HttpResponse:
    """Say what the rows mean, how many people that is, and show a few of them."""
    member = member_of(request)
    require(member, "segments.change")
    builder = from_post(request.POST, ABOUT[ABOUT_SEGMENT])
    context: dict[str, Any] = {}
    try:
        node = read(builder.to_json())
        context |= {
            "sentence": said(node),
            "is_everybody": node == EVERYTHING,
            "size": queries.size_of(node),
            "all": Person.objects.count(),
            "sample": queries.people_matching(node)
            .filter(pk__in=Person.objects.visible_to(member))
            .select_related("company")
            .order_by("-pk")[:SAMPLE],
        }
    except ConditionInvalid as problem:
        context["problem"] = str(problem)
    return render(request, "marketing/segments/preview.html", context)


@require_POST
def segment_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a segment into archive, or take it out again."""
    found, member = seen(request, pk), member_of(request)
    if request.POST.get("back") == "1":
        actions.unarchive_segment(found, by=member)
        messages.success(request, _("元に戻しました。"))
    else:
        actions.archive_segment(found, by=member)
        messages.success(request, _("保管しました。"))
    return redirect("segment", found.pk)


@require_POST
def segment_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a segment nothing uses."""
    found = seen(request, pk)
    actions.delete_segment(found, by=member_of(request))
    return moved_on(request, _("「%(name)s」を削除しました。") % {"name": found.name}, to=reverse("segments"))


@require_POST
def segment_take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Take chosen people out of a snapshot."""
    found = seen(request, pk)
    chosen = [one for one in map(whole, request.POST.getlist("ids")[:2_000]) if one]
    visible = Person.objects.visible_to(member_of(request)).filter(pk__in=chosen).values_list("pk", flat=True)
    count = actions.take_out(found, list(visible), by=member_of(request))
    messages.success(
        request, ngettext("%(count)s人を外しました。", "%(count)s人を外しました。", count) % {"count": count}
    )
    return redirect("segment", found.pk)


def _form(
    request: HttpRequest, form: SegmentForm, builder: Builder, *, segment: Segment | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "builder": builder,
        "about": ABOUT_SEGMENT,
        "segment": segment,
        "sentence": queries.sentence_of(queries.condition_of(segment))[0] if segment and not segment.is_live else "",
        "once": request.POST.get("once") or new_token(),
    }
    return render(request, "marketing/segments/form.html", context, status=status)
