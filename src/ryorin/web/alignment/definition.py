"""What a ready lead is: the definition both sides agreed on, a proposal to change it, the versions before."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ryorin.alignment.definitions.actions import agree, propose_definition, withdraw_definition
from ryorin.alignment.definitions.models import ReadyDefinition, Side
from ryorin.alignment.definitions.queries import active, preview, proposal, ready_count, versions
from ryorin.alignment.definitions.rules import FOR_DEFINITION, read, said, sides_of
from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.tree import Op, Test
from ryorin.web.alignment.builder import Builder, checked
from ryorin.web.alignment.conditions import drawn, sent
from ryorin.web.alignment.people import address_of_people
from ryorin.web.answers import member_of
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may, require

READY = Test("is_ready", Op.IS, True)


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the definition that counts, the proposal, and the history."""
    return _shown(request, None)


@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Write a proposal, or show what is wrong with it."""
    require(member_of(request), "definitions.change")
    _about, made = sent(request)
    node = checked(made, read)
    if node is None:
        return _shown(request, made, status=422)
    propose_definition(made.to_json(), note=request.POST.get("note", ""), by=member_of(request))
    messages.success(request, _("変更案を出しました。もう一方の合意を待ちます。"))
    return redirect("definition")


@require_POST
def agree_to(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree for one side."""
    definition = agree(
        get_object_or_404(ReadyDefinition, pk=pk), by=member_of(request), side=request.POST.get("side", "")
    )
    text = _("合意しました。") if definition.is_proposed else _("双方が合意しました。新しい定義が有効です。")
    messages.success(request, text)
    return redirect("definition")


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a proposal."""
    withdraw_definition(get_object_or_404(ReadyDefinition, pk=pk), by=member_of(request))
    messages.success(request, _("変更案を取り下げました。"))
    return redirect("definition")


def _shown(request: HttpRequest, made: Builder | None, *, status: int = 200) -> HttpResponse:
    now, waiting = active(), proposal()
    may_change = may(member_of(request), "definitions.change")
    if made is None:
        made = drawn(now.condition if now else {}, "definition")
    context = {
        "active": now,
        "sentence": sentence_of(now),
        "ready_count": ready_count(),
        "ready_url": address_of_people(READY),
        "proposal": waiting,
        "proposal_sentence": sentence_of(waiting),
        "proposal_preview": preview(read(waiting.condition, about=FOR_DEFINITION)) if waiting else None,
        "sides": _sides(waiting, member_of(request)) if waiting else [],
        "versions": [(each, sentence_of(each)) for each in versions()[:20]],
        "builder": made,
        "about": "definition",
        "may_change": may_change,
        "is_editing": status != 200 or "edit" in request.GET,
    }
    return render(request, "alignment/definition.html", context, status=status)


def sentence_of(definition: ReadyDefinition | None) -> str:
    """Return a definition in words, or why it can no longer be read."""
    if definition is None:
        return ""
    try:
        return said(read(definition.condition))
    except ConditionInvalid as error:
        return str(error)


def _sides(waiting: ReadyDefinition, member: Member) -> list[dict[str, object]]:
    """Return for each side who agreed, and whether this member is asked."""
    mine = sides_of(member.role)
    return [
        {
            "side": side,
            "wheel": "sow" if side == Side.MARKETING else "harvest",
            "by": waiting.agreed_by(side),
            "is_asked": side in mine and waiting.agreed_by(side) is None,
        }
        for side in Side
    ]
