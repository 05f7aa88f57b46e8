"""The register, the notice as visitors read it, and statements of purpose for forms."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from ryorin.marketing.tags.models import Notice, Statement, StatementVersion, Tag
from ryorin.marketing.tags.rules import Document, Found, missing_in
from ryorin.workspace.members.models import Member

SHOWN = ("name", "recipient", "data", "our_purpose", "their_purpose")


def entries_now() -> list[dict[str, Any]]:
    """Return the active tags as a notice keeps them."""
    names = [*SHOWN, *(f"{name}_en" for name in SHOWN), "policy_url", "refusal_url"]
    return [{name: getattr(tag, name) for name in names} for tag in Tag.objects.active().order_by("pk")]


def newest_notice() -> Notice | None:
    """Return the notice that visitors read now."""
    return Notice.objects.first()


def is_notice_due() -> bool:
    """Return whether the register says other than the notice."""
    newest = newest_notice()
    return entries_now() != (newest.entries if newest else [])


def told(notice: Notice) -> list[dict[str, str]]:
    """Return the entries of a notice in the reader's language, where they have it."""
    english = (get_language() or "ja").startswith("en")
    return [
        {name: (entry.get(f"{name}_en") if english else "") or entry[name] for name in SHOWN}
        | {name: entry.get(name, "") for name in ("policy_url", "refusal_url")}
        for entry in notice.entries
    ]


def missing_entries(documents: Iterable[Document], *, own: Iterable[str] = ()) -> list[Found]:
    """Return what pages send to hosts that the register does not name."""
    known = [host for tag in Tag.objects.active() for host in tag.hosts]
    return missing_in(documents, known=known, own={*own, *settings.ALLOWED_HOSTS})


def statements(member: Member) -> list[tuple[Statement, StatementVersion]]:
    """Return the active statements, each with its newest wording."""
    rows = Statement.objects.visible_to(member).filter(is_active=True).prefetch_related("versions")
    return [(one, one.versions.all()[0]) for one in rows]


def newest_wordings() -> QuerySet[StatementVersion]:
    """Return the newest wording of each active statement, and every wording that a form shows."""
    later = StatementVersion.objects.filter(statement=OuterRef("statement"), number__gt=OuterRef("number"))
    newest = Q(statement__is_active=True) & ~Exists(later)
    return StatementVersion.objects.filter(newest | Q(forms__isnull=False)).select_related("statement").distinct()
