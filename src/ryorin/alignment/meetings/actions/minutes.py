"""Minutes written by several people at once: paragraph by paragraph, saved as one types."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from ryorin.alignment.meetings.actions.holding import held
from ryorin.alignment.meetings.errors import BlockStale, BlockTooLong, BlockUnknown, TooManyBlocks
from ryorin.alignment.meetings.models import BlockChange, Meeting, MinutesBlock
from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member

LONGEST = 4000
MOST_BLOCKS = 500
STEP = 1024.0
CLOSEST = 1e-6
ONE_SITTING = timedelta(seconds=60)


@transaction.atomic
def write_block(
    meeting: Meeting,
    key: UUID,
    text: str,
    *,
    by: Member | None,
    version: int,
    client_id: UUID,
    after: UUID | None = None,
    is_gone: bool = False,
) -> MinutesBlock:
    """This function will keep the wording of one paragraph (version 0: a new one, behind `after` or at the end).

    The same `client_id` counts once. Two people writing different paragraphs never meet; in the same one the second is
    refused with BlockStale, and what the first wrote stands.
    """
    row = held(meeting, by=by)
    block = MinutesBlock.objects.filter(key=key).select_related("by").first()
    known = BlockChange.objects.filter(client_id=client_id).first()
    if (block is not None and block.meeting_id != row.pk) or (
        known is not None and known.block_id != getattr(block, "pk", 0)
    ):
        raise BlockUnknown()
    if block is not None and known is not None:
        return block
    text = text.replace("\0", "").replace("\r\n", "\n").rstrip()
    if len(text) > LONGEST:
        raise BlockTooLong(most=f"{LONGEST:,}")
    if block is None:
        block = _begun(row, key, after)
    elif block.version != version and (block.text, block.is_gone) != (text, is_gone):
        raise BlockStale(name=block.by.name if block.by else "")
    elif (block.text, block.is_gone) == (text, is_gone):
        return block
    now = clock.now()
    is_new_turn = block.pk is None or block.by_id != (by.pk if by else None) or now - block.updated_at > ONE_SITTING
    block.version = block.version + 1 if block.pk else 1
    block.text, block.is_gone, block.by, block.updated_at = text, is_gone, by, now
    block.save()
    BlockChange.objects.create(block=block, text=text, version=block.version, client_id=client_id, at=now, by=by)
    if is_new_turn:
        audit.record("minutes_written", "meeting", row.pk, by=by, name=row.name, text=text[:200])
    return block


def _begun(meeting: Meeting, key: UUID, after: UUID | None) -> MinutesBlock:
    """Return a new paragraph between its neighbours, not yet saved."""
    rows = list(meeting.blocks.order_by("rank", "pk").values_list("key", "rank"))
    if len(rows) >= MOST_BLOCKS:
        raise TooManyBlocks(most=MOST_BLOCKS)
    place = next((place for place, (one, _rank) in enumerate(rows) if one == after), len(rows) - 1)
    before = rows[place][1] if rows else 0.0
    behind = rows[place + 1][1] if place + 1 < len(rows) else before + 2 * STEP
    if behind - before < CLOSEST:
        _spread(meeting)
        return _begun(meeting, key, after)
    return MinutesBlock(meeting=meeting, key=key, rank=(before + behind) / 2)


def _spread(meeting: Meeting) -> None:
    """This function will give the paragraphs room between them again; their order stays."""
    for place, pk in enumerate(meeting.blocks.order_by("rank", "pk").values_list("pk", flat=True), start=1):
        MinutesBlock.objects.filter(pk=pk).update(rank=place * STEP)
