"""Keeping the register of tags, publishing the notice, and writing statements of purpose."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.marketing.tags.errors import NothingToPublish, StatementIncomplete, TagIncomplete
from ryorin.marketing.tags.models import Notice, Statement, StatementVersion, Tag
from ryorin.marketing.tags.queries import entries_now
from ryorin.marketing.tags.rules import NEEDED, READY, read_tag
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

LONGEST_STATEMENT = 4_000


@transaction.atomic
def add_tag(*, by: Member | None, ready: str = "", **given: Any) -> Tag:
    """This function will enter a service into the register; `ready` names an entry whose words are here already."""
    require(by, "tags.change")
    if ready and ready not in READY:
        raise TagIncomplete(what=_("用意された項目が見つかりません。"))
    known = Tag.objects.filter(key=ready).first() if ready else None
    if known is not None:
        return known
    values = read_tag(READY.get(ready, {}) | given)
    if missing := [name for name in NEEDED if not values.get(name)]:
        raise TagIncomplete(what="、".join(str(Tag._meta.get_field(name).verbose_name) for name in missing))  # type: ignore[union-attr]
    now = clock.now()
    tag = Tag.objects.create(key=ready, created_at=now, updated_at=now, **values)
    record("tag_added", "tag", tag.pk, by=by, name=tag.name)
    return tag


@transaction.atomic
def change_tag(tag: Tag, *, by: Member | None, version: int | None, **given: Any) -> Tag:
    """This function will change an entry, or take it out of use (`is_active`)."""
    require(by, "tags.change")
    tag = Tag.objects.select_for_update().get(pk=tag.pk)
    if version is not None and tag.version != version:
        raise StaleRecord()
    values = read_tag(given)
    if "is_active" in given:
        values["is_active"] = bool(given["is_active"])
    changed = {name: value for name, value in values.items() if getattr(tag, name) != value}
    for name, value in changed.items():
        setattr(tag, name, value)
    if changed:
        tag.version += 1
        tag.updated_at = clock.now()
        tag.save()
        record("tag_changed", "tag", tag.pk, by=by, fields=sorted(changed))
    return tag


@transaction.atomic
def publish_notice(*, by: Member | None) -> Notice:
    """This function will publish the register as it stands; the same again is no new version."""
    require(by, "tags.change")
    entries = entries_now()
    if not entries:
        raise NothingToPublish()
    newest = Notice.objects.select_for_update().first()
    if newest is not None and newest.entries == entries:
        return newest
    number = newest.number + 1 if newest else 1
    notice = Notice.objects.create(number=number, entries=entries, by=by, published_at=clock.now())
    record("notice_published", "notice", notice.pk, by=by, number=number, entries=len(entries))
    return notice


@transaction.atomic
def write_statement(*, name: str, text: str, by: Member | None) -> StatementVersion:
    """This function will put a new statement of purpose into the library, with its first wording."""
    require(by, "forms.change")
    name, text = _checked(name, text)
    if Statement.objects.filter(name=name).exists():
        raise StatementIncomplete(what=_("「%(name)s」という名前はすでに使われています。") % {"name": name})
    now = clock.now()
    statement = Statement.objects.create(name=name, created_at=now, updated_at=now)
    version = StatementVersion.objects.create(statement=statement, number=1, text=text, by=by, at=now)
    record("statement_written", "statement", statement.pk, by=by, name=name)
    return version


@transaction.atomic
def reword_statement(
    statement: Statement, *, text: str, by: Member | None, version: int | None, is_active: bool = True
) -> StatementVersion:
    """This function will give a statement another wording; what was shown before stays as it was."""
    require(by, "forms.change")
    statement = Statement.objects.select_for_update().get(pk=statement.pk)
    if version is not None and statement.version != version:
        raise StaleRecord()
    _name, text = _checked(statement.name, text)
    newest = statement.versions.all()[0]
    if newest.text != text:
        newest = StatementVersion.objects.create(
            statement=statement, number=newest.number + 1, text=text, by=by, at=clock.now()
        )
        record("statement_reworded", "statement", statement.pk, by=by, number=newest.number)
    statement.is_active, statement.version, statement.updated_at = is_active, statement.version + 1, clock.now()
    statement.save()
    return newest


def _checked(name: str, text: str) -> tuple[str, str]:
    name, text = name.replace("\x00", "").strip()[:80], text.replace("\x00", "").strip()
    if not name or not text:
        raise StatementIncomplete(what=_("名前と文面を入力してください。"))
    if len(text) > LONGEST_STATEMENT:
        raise StatementIncomplete(what=_("文面は%(count)s文字までです。") % {"count": LONGEST_STATEMENT})
    return name, text
