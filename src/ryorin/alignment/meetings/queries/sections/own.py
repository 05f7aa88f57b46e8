"""Items that participants bring themselves."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.alignment.meetings.queries.sections.base import Data, Gathered, Provider, Scope
from ryorin.alignment.meetings.rules.views import ItemView, SectionView


def gather(scope: Scope) -> Gathered:
    """Return nothing: these items come from people."""
    return Gathered()


def tell(data: Data) -> SectionView:
    return SectionView(lead=_("参加者が追加した議題です。"))


def tell_item(data: Data) -> ItemView:
    return ItemView(title="")


OWN = Provider("own", gettext_lazy("その他の議題"), "message-plus", "axle", gather, tell, tell_item)
