"""Drawing a persona, putting it in one's own words, and agreeing that it is true."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F

from ryorin.customers.segments.models import Membership, Segment
from ryorin.customers.voice.models import Need
from ryorin.lib import clock
from ryorin.marketing.personas.actions.computing import compute
from ryorin.marketing.personas.errors import PersonaInvalid, QuoteNotTheirs, WordsTooLong
from ryorin.marketing.personas.models import FactHidden, Persona, PersonaFact, Section
from ryorin.marketing.personas.rules import LONGEST_WORDS
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.files.actions import keep
from ryorin.workspace.files.models import Kind
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

PICTURES = (Kind.PNG, Kind.JPEG, Kind.WEBP)
LARGEST_PICTURE = 5 * 1024 * 1024


@transaction.atomic
def create_persona(
    segment: Segment, *, by: Member | None, name: str, role: str = "", owner: Member | None = None
) -> Persona:
    """This function will draw a portrait of the people of a segment; it counts as agreed from the start."""
    require(by, "personas.change")
    now = clock.now()
    persona = Persona(segment=segment, owner=owner or by, created_at=now, updated_at=now)
    _name(persona, name, role)
    persona.save()
    audit.record("persona_created", "persona", persona.pk, by=by, name=persona.name, segment=segment.name)
    compute(persona)
    return _agreed(persona, by=by)


@transaction.atomic
def change_persona(
    persona: Persona,
    *,
    by: Member | None,
    version: int | None,
    name: str,
    role: str = "",
    words: Mapping[str, str] | None = None,
    owner: Member | None = None,
    quote: Need | None = None,
    picture: bytes | None = None,
    picture_name: str = "",
    drops_picture: bool = False,
) -> Persona:
    """This function will change what people say of it; the computed sentences are not theirs to change."""
    require(by, "personas.change")
    persona = _locked(persona, version)
    before = {field: str(getattr(persona, field) or "") for field in ("name", "role", "owner", "quote", "words")}
    _name(persona, name, role)
    persona.owner = owner
    if quote is not None and not _said_by_theirs(quote, persona):
        raise QuoteNotTheirs()
    persona.quote = quote
    if words is not None:
        persona.words = _own_words(words)
    if picture is not None:
        persona.picture = keep(picture, name=picture_name, by=by, kinds=PICTURES, largest=LARGEST_PICTURE)
    elif drops_picture:
        persona.picture = None
    _save(persona)
    changes = {
        field: [value, str(getattr(persona, field) or "")]
        for field, value in before.items()
        if value != str(getattr(persona, field) or "")
    }
    audit.record("persona_changed", "persona", persona.pk, by=by, **changes)
    return persona


@transaction.atomic
def agree_to_persona(persona: Persona, *, by: Member | None, version: int | None = None) -> Persona:
    """This function will take what is true today as what was agreed, so that only later changes are told."""
    require(by, "personas.change")
    persona = _agreed(_locked(persona, version), by=by)
    audit.record("persona_agreed", "persona", persona.pk, by=by, name=persona.name, people=persona.people)
    return persona


@transaction.atomic
def hide_fact(persona: Persona, fact: PersonaFact, *, by: Member | None) -> None:
    """This function will take a computed sentence off the portrait."""
    require(by, "personas.change")
    persona = _locked(persona)
    _row, is_new = FactHidden.objects.get_or_create(persona=persona, key=fact.key)
    if is_new:
        audit.record("persona_fact_hidden", "persona", persona.pk, by=by, fact=fact.key)


@transaction.atomic
def show_facts(persona: Persona, *, by: Member | None) -> None:
    """This function will put back the sentences that were taken off."""
    require(by, "personas.change")
    persona = _locked(persona)
    gone, _by_model = persona.hidden.all().delete()
    if gone:
        audit.record("persona_facts_shown", "persona", persona.pk, by=by, facts=gone)


@transaction.atomic
def delete_persona(persona: Persona, *, by: Member | None) -> None:
    """This function will delete a persona; its segment stays."""
    require(by, "personas.change")
    persona = _locked(persona)
    audit.record("persona_deleted", "persona", persona.pk, by=by, name=persona.name)
    persona.delete()


def _said_by_theirs(quote: Need, persona: Persona) -> bool:
    theirs = Membership.objects.filter(segment_id=persona.segment_id)
    return quote.person_id is not None and theirs.filter(person_id=quote.person_id).exists()


def _agreed(persona: Persona, *, by: Member | None) -> Persona:
    persona.refresh_from_db()
    persona.facts.update(agreed_people=F("people"), moved_at=None)
    persona.agreed_at, persona.agreed_by, persona.agreed_people = clock.now(), by, persona.people
    _save(persona)
    return persona


def _name(persona: Persona, name: str, role: str) -> None:
    persona.name, persona.role = name.replace("\0", "").strip(), role.replace("\0", "").strip()[:120]
    if not 0 < len(persona.name) <= 60:
        raise PersonaInvalid()


def _own_words(words: Mapping[str, str]) -> dict[str, Any]:
    kept = {section: words.get(section, "").replace("\0", "").strip() for section in Section.values}
    if any(len(text) > LONGEST_WORDS for text in kept.values()):
        raise WordsTooLong(most=f"{LONGEST_WORDS:,}")
    return {section: text for section, text in kept.items() if text}


def _locked(persona: Persona, version: int | None = None) -> Persona:
    found = Persona.objects.select_for_update().filter(pk=persona.pk).first()
    if found is None or (version is not None and found.version != version):
        raise StaleRecord()
    return found


def _save(persona: Persona) -> None:
    persona.version += 1
    persona.updated_at = clock.now()
    persona.save()
