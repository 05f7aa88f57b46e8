"""What each ヨミ means where nobody has said otherwise."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ryorin.sales.deals.models import Yomi


@dataclass(frozen=True, slots=True)
class Meaning:
    """One ヨミ in words, and its probability in percent; version 0 where it was never changed."""

    yomi: str
    meaning: str | Promise
    probability: int
    version: int = 0

    @property
    def label(self) -> str | Promise:
        return Yomi(self.yomi).label


DEFAULTS = (
    Meaning(Yomi.A, _("ほぼ確実。発注の内示がある"), 90),
    Meaning(Yomi.B, _("有力。決裁者が前向きで予算もある"), 60),
    Meaning(Yomi.C, _("可能性あり。検討が始まっている"), 30),
    Meaning(Yomi.PASSED_OVER, _("今期は見送り。時期をみて再提案する"), 0),
)
