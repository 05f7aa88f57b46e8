"""What each action of the audit trail says after the name of its record: "安達 栄太" + "を登録しました"."""

from django.utils.functional import Promise

from ryorin.web.workspace.deeds.customers import DEEDS_OF_CUSTOMERS
from ryorin.web.workspace.deeds.journeys import DEEDS_OF_JOURNEYS
from ryorin.web.workspace.deeds.marketing import DEEDS_OF_MARKETING
from ryorin.web.workspace.deeds.meetings import DEEDS_OF_MEETINGS
from ryorin.web.workspace.deeds.privacy import DEEDS_OF_PRIVACY
from ryorin.web.workspace.deeds.sales import DEEDS_OF_SALES
from ryorin.web.workspace.deeds.workspace import DEEDS_OF_WORKSPACE

DEEDS_OF: dict[str, dict[str, str | Promise]] = {
    **DEEDS_OF_CUSTOMERS,
    **DEEDS_OF_MARKETING,
    **DEEDS_OF_JOURNEYS,
    **DEEDS_OF_SALES,
    **DEEDS_OF_MEETINGS,
    **DEEDS_OF_PRIVACY,
    **DEEDS_OF_WORKSPACE,
}
DEEDS: dict[str, str | Promise] = {action: said for deeds in DEEDS_OF.values() for action, said in deeds.items()}
