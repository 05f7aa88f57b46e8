"""Rules of a message: which people see which block, built with the condition builder."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ryorin.alignment.definitions.rules import read
from ryorin.conditions.errors import ConditionInvalid
from ryorin.customers.people.fields import PERSON
from ryorin.lib.errors import Refusal
from ryorin.marketing.mail import actions
from ryorin.marketing.mail.models import MessageVersion
from ryorin.marketing.mail.queries import node_of
from ryorin.marketing.mail.rules import mjml
from ryorin.marketing.mail.rules.texts import text_of
from ryorin.web.alignment.builder import checked
from ryorin.web.alignment.conditions import drawn, sent
from ryorin.web.answers import member_of, moved_on, version_in
from ryorin.web.lists.state import say
from ryorin.web.marketing.mail.shared import frame_of, message_of
from ryorin.workspace.members.rules import require

ABOUT = "segment"
_RULE_CLASS = re.compile(r"(?:if|unless)-[a-z0-9]{1,12}")


@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the rules of a message and the blocks they decide on; add or change one."""
    found = message_of(request, pk)
    key, problem, status = request.GET.get("rule", "") or request.POST.get("rule", ""), "", 200
    frame = frame_of(request, found, here="mail_rules")
    edition = frame["edition"]
    rule = edition.rules.get(key, {})
    made = drawn(rule.get("condition", {"all": []}), ABOUT)
    if request.method == "POST":
        require(member_of(request), "mail.change")
        _about, made = sent(request)
        node = checked(made, read)
        problem, status = made.problem, 422
        if node is not None:
            try:
                actions.set_rule(
                    found, name=request.POST.get("name", ""), condition=made.to_json(), key=key,
                    by=member_of(request), version=version_in(request),
                )  # fmt: skip
            except Refusal as refusal:
                problem, status = str(refusal), refusal.status
            else:
                return moved_on(request, _("表示条件を保存しました。"), to=reverse("mail_rules", args=[pk]))
    context = {
        **frame,
        "rules": [_said(edition, one) for one in edition.rules],
        "blocks": _blocks(edition),
        "rule_key": key if key in edition.rules else "",
        "name": request.POST.get("name", rule.get("name", "")),
        "builder": made,
        "about": ABOUT,
        "problem": problem,
    }
    return render(request, "marketing/mail/rules.html", context, status=status)


@require_POST
def rule_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a rule away."""
    actions.remove_rule(
        message_of(request, pk), request.POST.get("rule", ""), by=member_of(request), version=version_in(request)
    )
    return moved_on(request, _("表示条件を削除しました。"), to=reverse("mail_rules", args=[pk]))


@require_POST
def rule_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Show each block to everybody, or by a rule, as chosen."""
    found = message_of(request, pk)
    edition = found.newest
    body = mjml.read(edition.mjml)
    for number, block in enumerate(body.children):
        chosen = request.POST.get(f"block{number}")
        if chosen is None:
            continue
        classes = [one for one in block.classes if not _RULE_CLASS.fullmatch(one)]
        kind, _dash, key = chosen.partition("-")
        if kind in ("if", "unless") and key in edition.rules:
            classes.append(chosen)
        block.attributes["css-class"] = " ".join(classes)
        if not classes:
            del block.attributes["css-class"]
    whole = f"<mjml>{mjml.write(body)}</mjml>"
    actions.change_message(found, by=member_of(request), version=version_in(request), mjml=whole)
    return moved_on(request, _("ブロックの表示を変更しました。"), to=reverse("mail_rules", args=[pk]))


def _said(edition: MessageVersion, key: str) -> dict[str, Any]:
    """Return a rule with its condition as a sentence; one that cannot be read says so."""
    rule = edition.rules[key]
    try:
        return {"key": key, "name": rule["name"], "sentence": say(node_of(edition, key), PERSON)}
    except ConditionInvalid as refusal:
        return {"key": key, "name": rule["name"], "problem": str(refusal)}


def _blocks(edition: MessageVersion) -> list[dict[str, Any]]:
    """Return the blocks of a mail with what they begin with and by which rule they are shown."""
    found = []
    for number, block in enumerate(mjml.read(edition.mjml).children):
        words = [text_of(one.content) for one in block.walk() if one.tag in mjml.CONTENT]
        words += [one.attributes.get("alt", "") for one in block.walk() if one.tag == "mj-image"]
        chosen = next((one for one in block.classes if _RULE_CLASS.fullmatch(one)), "")
        found.append({"number": number, "words": " ".join(" ".join(words).split())[:60], "chosen": chosen})
    return found
