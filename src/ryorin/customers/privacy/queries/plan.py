"""What an erasure would do, told before it is done."""

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from ryorin.customers.people.models import Person
from ryorin.customers.privacy.queries.registry import declared, rows_about
from ryorin.lib.personal import OnErasure
from ryorin.workspace.audit.models import AuditEntry


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of data: how much there is of it, what becomes of it, and why it stays where it does."""

    label: str
    count: int
    what: str
    why: str = ""

    @property
    def data(self) -> dict[str, Any]:
        return asdict(self)


def plan_erasure(person: Person) -> list[Line]:
    """Return what would be removed, unlinked and kept, in this order; kinds without a row are left out."""
    lines = []
    for one in declared():
        count = rows_about(one, person.pk).count()
        if count:
            lines.append(Line(str(one.label), count, one.on_erasure.value, str(one.why)))
    trail = AuditEntry.objects.filter(record_type="person", record_id=person.pk).count()
    if trail:
        why = _("いつ、誰が、何をしたかだけを残し、内容は取り除きます。記録のつながりは検証できます。")
        lines.append(Line(_("操作の履歴"), trail, OnErasure.UNLINKED.value, why))
    if person.email:
        why = _("同じアドレスに二度と配信しないため、元に戻せない形（鍵付きハッシュ）だけを残します。")
        lines.append(Line(_("配信停止の記録"), 1, OnErasure.KEPT.value, why))
    order = [what.value for what in OnErasure]
    return sorted(lines, key=lambda line: order.index(line.what))
