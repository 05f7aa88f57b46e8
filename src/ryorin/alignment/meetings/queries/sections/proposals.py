"""What could be decided: the suggestions drawn from what sales said that nobody has decided on yet."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.alignment.feedback.models import Suggestion
from ryorin.alignment.feedback.queries import open_suggestions
from ryorin.alignment.feedback.rules import evidence_said, headline, strength_said
from ryorin.alignment.meetings.queries.sections.base import Data, Gathered, Provider, Scope
from ryorin.alignment.meetings.rules.views import Figure, ItemView, Point, Ref, SectionView

MOST = 5
KEPT = (
    "advice", "sort", "subject", "kind", "label", "people", "times", "of", "base_times", "base_of", "strength",
)  # fmt: skip


def gather(scope: Scope) -> Gathered:
    """Return the open suggestions, clear ones first; each keeps the figures it rested on when it was gathered."""
    found = open_suggestions(limit=MOST)
    items = [(f"proposal:{one.pk}", {"id": one.pk} | {name: getattr(one, name) for name in KEPT}) for one in found]
    return Gathered({"count": len(items)}, items)


def tell(data: Data) -> SectionView:
    if not data["count"]:
        return SectionView(empty=_("データから見つかった提案はありません。議題は自由に追加できます。"))
    return SectionView(_("営業の声から見つかった、話し合いたいことです。採用か見送りをお決めください。"))


def tell_item(data: Data) -> ItemView:
    one = Suggestion(**{name: data[name] for name in KEPT})
    ref = Ref("suggestion", data["id"])
    return ItemView(
        title=headline(one),
        why=strength_said(one),
        figures=[Figure(_("該当者"), _("%(people)s人") % {"people": one.people}, mood="bad", ref=ref)],
        points=[Point(evidence_said(one))],
        ref=ref,
    )


PROPOSALS = Provider("proposals", gettext_lazy("提案"), "bulb", "axle", gather, tell, tell_item)
