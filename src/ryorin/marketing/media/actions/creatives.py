"""Making creatives: their files and versions, approval, running and retiring."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.campaigns.rules import is_web_address
from ryorin.marketing.experiments.queries import comparing
from ryorin.marketing.media.actions.placing import place, repoint
from ryorin.marketing.media.actions.previews import preview_of
from ryorin.marketing.media.errors import CreativeInUse, CreativeInvalid, CreativeNotReady
from ryorin.marketing.media.models import Creative, CreativeKind, CreativeState, CreativeVersion, Figure
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.actions import delete
from ryorin.workspace.files.actions import keep
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

CHANGEABLE = ("name", "kind", "headline", "body", "landing", "external_key")
SEEN = frozenset({"kind", "headline", "body", "landing"})  # what an approval was given for
STEPS = {
    CreativeState.DRAFT: (CreativeState.RETIRED,),
    CreativeState.APPROVED: (CreativeState.RUNNING, CreativeState.DRAFT, CreativeState.RETIRED),
    CreativeState.RUNNING: (CreativeState.APPROVED, CreativeState.RETIRED),
    CreativeState.RETIRED: (CreativeState.DRAFT,),
}


@transaction.atomic
def make_creative(campaign: Campaign, *, by: Member | None, **fields: Any) -> Creative:
    """This function will make a creative with a link of its own, to be approved."""
    require(by, "campaigns.change")
    now = clock.now()
    creative = Creative(campaign=campaign, created_at=now, updated_at=now, **fields)
    _check(creative)
    creative.save()
    audit.record("creative_made", "creative", creative.pk, by=by, name=creative.name, campaign=campaign.pk)
    place(creative, None, by=by)
    return creative


@transaction.atomic
def change_creative(creative: Creative, *, by: Member | None, version: int | None, **fields: Any) -> Creative:
    """This function will change the named fields; what was approved otherwise has to be approved anew."""
    require(by, "campaigns.change")
    creative = _locked(creative, version)
    changes: dict[str, Any] = {}
    for name in CHANGEABLE:
        if name in fields and getattr(creative, name) != fields[name]:
            changes[name] = [getattr(creative, name), fields[name]]
            setattr(creative, name, fields[name])
    if not changes:
        return creative
    _check(creative)
    if changes.keys() & SEEN:
        _take_back_approval(creative, changes)
    if "landing" in changes:
        repoint(creative)
    _save(creative)
    audit.record("creative_changed", "creative", creative.pk, by=by, name=creative.name, **changes)
    return creative


@transaction.atomic
def add_version(creative: Creative, content: bytes, *, name: str, by: Member | None, note: str = "") -> CreativeVersion:
    """This function will keep a file as the creative's newest version, which has to be approved."""
    require(by, "campaigns.change")
    creative = _locked(creative, None)
    file = keep(content, name=name, by=by)
    highest = creative.versions.aggregate(highest=Max("number"))["highest"] or 0
    made = CreativeVersion.objects.create(
        creative=creative,
        number=highest + 1,
        file=file,
        preview=preview_of(file, content, by=by),
        note=note.replace("\0", "").strip()[:200],
        made_by=by,
        made_at=clock.now(),
    )
    changes: dict[str, Any] = {"number": made.number, "file": file.name}
    _take_back_approval(creative, changes)
    _save(creative)
    audit.record("creative_version_added", "creative", creative.pk, by=by, name=creative.name, **changes)
    return made


@transaction.atomic
def approve_creative(creative: Creative, *, by: Member, version: int | None) -> Creative:
    """This function will approve the creative as it is now."""
    require(by, "creatives.approve")
    creative = _locked(creative, version)
    if creative.state != CreativeState.DRAFT:
        raise CreativeNotReady(_("このクリエイティブは「%(state)s」です。") % {"state": creative.get_state_display()})
    if not creative.headline and not creative.versions.exists():
        raise CreativeNotReady(_("ファイルか見出しがありません。先に登録してください。"))
    creative.state, creative.approved_by, creative.approved_at = CreativeState.APPROVED, by, clock.now()
    _save(creative)
    newest = creative.versions.aggregate(highest=Max("number"))["highest"]
    audit.record("creative_approved", "creative", creative.pk, by=by, name=creative.name, number=newest)
    return creative


@transaction.atomic
def move_creative(creative: Creative, state: str, *, by: Member | None, version: int | None) -> Creative:
    """This function will put the creative into another state; only what was approved can run."""
    require(by, "campaigns.change")
    creative = _locked(creative, version)
    if state not in STEPS[CreativeState(creative.state)]:
        if state == CreativeState.RUNNING:
            raise CreativeNotReady(_("承認されていないクリエイティブは掲載できません。先に承認を受けてください。"))
        raise CreativeNotReady(_("このクリエイティブは「%(state)s」です。") % {"state": creative.get_state_display()})
    before = creative.state
    creative.state = state
    if state == CreativeState.DRAFT:
        creative.approved_by = creative.approved_at = None
    _save(creative)
    audit.record("creative_moved", "creative", creative.pk, by=by, name=creative.name, state=[before, state])
    return creative


@transaction.atomic
def delete_creative(creative: Creative, *, by: Member | None) -> AuditEntry:
    """This function will delete a creative that was never used; the entry it returns can be undone."""
    require(by, "campaigns.change")
    creative = _locked(creative, None)
    if Figure.objects.filter(creative=creative).exists():
        raise CreativeInUse(name=creative.name, why=_("実績がある"))
    if creative.state == CreativeState.RUNNING:
        raise CreativeInUse(name=creative.name, why=_("掲載中の"))
    if comparing("creative", creative.pk):
        raise CreativeInUse(name=creative.name, why=_("A/Bテストで使われている"))
    return delete(creative, record_type="creative", by=by)


def _take_back_approval(creative: Creative, changes: dict[str, Any]) -> None:
    if creative.state in (CreativeState.APPROVED, CreativeState.RUNNING):
        changes["state"] = [creative.state, CreativeState.DRAFT]
        creative.state, creative.approved_by, creative.approved_at = CreativeState.DRAFT, None, None


def _save(creative: Creative) -> None:
    creative.version += 1
    creative.updated_at = clock.now()
    creative.save()


def _locked(creative: Creative, version: int | None) -> Creative:
    row = Creative.objects.select_for_update(of=("self",)).get(pk=creative.pk)
    if version is not None and version != row.version:
        raise StaleRecord()
    return row


def _check(creative: Creative) -> None:
    """This function will refuse a creative that cannot be."""
    if not 0 < len(creative.name.strip()) <= 120:
        raise CreativeInvalid(what=_("クリエイティブ名を120文字以内で入力してください。"))
    if creative.kind not in CreativeKind.values:
        raise CreativeInvalid(what=_("種類を選んでください。"))
    if not is_web_address(creative.landing):
        raise CreativeInvalid(what=_("リンク先は http:// または https:// で始まるアドレスにしてください。"))
    if len(creative.headline) > 200 or len(creative.body) > 4000 or len(creative.external_key) > 120:
        raise CreativeInvalid(what=_("文章が長すぎます。"))
