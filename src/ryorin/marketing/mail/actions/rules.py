"""Rules of a message: conditions under which a block is shown."""

import secrets
from typing import Any

from django.db import transaction

from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.parser import parse, to_json
from ryorin.customers.people.fields import PERSON
from ryorin.customers.timeline.fields import TOUCHPOINT
from ryorin.lib import clock
from ryorin.marketing.mail.actions.messages import editable, locked, touch
from ryorin.marketing.mail.errors import RuleInUse, RuleNameMissing, RuleNameTaken, RuleUnreadable, TooManyRules
from ryorin.marketing.mail.models import Message
from ryorin.marketing.mail.rules import mjml
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

MOST_RULES = 20
LONGEST_NAME = 40


@transaction.atomic
def set_rule(
    message: Message, *, name: str, condition: Any, by: Member | None, version: int | None, key: str = ""
) -> str:
    """This function will add a rule to a message, or change the one with the key; return its key."""
    require(by, "mail.change")
    row = locked(message, version)
    edition = editable(row, row.newest, by=by)
    label = " ".join(name.replace("\0", "").translate({ord(letter): " " for letter in "{}|｛｝｜#^/!"}).split())
    if not label:
        raise RuleNameMissing()
    label = label[:LONGEST_NAME]
    try:
        node = parse(condition, PERSON, touchpoint_type=TOUCHPOINT)
    except ConditionInvalid as refusal:
        raise RuleUnreadable(name=label, why=str(refusal)) from None
    if any(rule["name"] == label for other, rule in edition.rules.items() if other != key):
        raise RuleNameTaken(name=label)
    key = key if key in edition.rules else secrets.token_hex(3)
    rules = {**edition.rules, key: {"name": label, "condition": to_json(node)}}
    if len(rules) > MOST_RULES:
        raise TooManyRules(limit=MOST_RULES)
    edition.rules, edition.made_by, edition.made_at = rules, by, clock.now()
    edition.save()
    touch(row, "mail_rule_set", by=by, name=label)
    return key


@transaction.atomic
def remove_rule(message: Message, key: str, *, by: Member | None, version: int | None) -> Message:
    """This function will take a rule away; refuses while a block is shown by it."""
    require(by, "mail.change")
    row = locked(message, version)
    edition = editable(row, row.newest, by=by)
    if key not in edition.rules:
        return row
    name = edition.rules[key]["name"]
    used = {one for element in mjml.read(edition.mjml).walk() for one in element.classes}
    if used & {f"if-{key}", f"unless-{key}"}:
        raise RuleInUse(name=name)
    edition.rules = {other: rule for other, rule in edition.rules.items() if other != key}
    edition.save()
    return touch(row, "mail_rule_removed", by=by, name=name)
