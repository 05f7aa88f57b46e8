"""Agreeing to the rules of the score: both wheels say that these points are right. A changed rule asks both anew."""

from django.db import transaction
from django.db.models import Max

from ryorin.alignment.definitions.actions import is_alone
from ryorin.alignment.definitions.errors import AlreadyAgreed, OtherSideMustAgree
from ryorin.alignment.definitions.models import Side
from ryorin.alignment.definitions.rules import may_agree, open_side
from ryorin.alignment.scoring.models import RulesAgreement, ScoreRule
from ryorin.alignment.scoring.queries import readable_rules
from ryorin.alignment.scoring.rules import digest_of
from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

COLUMNS = {Side.MARKETING: "agreed_by_marketing", Side.SALES: "agreed_by_sales"}


@transaction.atomic
def agree_to_rules(*, by: Member, side: str = "") -> RulesAgreement:
    """This function will agree to the rules as they are now, for a side (the member's own, or the one still open)."""
    require(by, "definitions.change")
    digest = digest_of(readable_rules(), None)
    found = RulesAgreement.objects.select_for_update(of=("self",)).filter(digest=digest).first()
    agreement = found or _begun(digest)
    settled = [each for each in Side if agreement.agreed_by(each)]
    chosen = Side(side) if side in Side.values else open_side(by.role, settled)
    if chosen in settled:
        raise AlreadyAgreed(side=chosen.label)
    agreed = [each for each in Side if agreement.agreed_by(each) == by]
    if not may_agree(chosen, role=by.role, has_agreed=agreed, is_alone=is_alone(chosen, by)):
        raise OtherSideMustAgree(side=chosen.label)
    setattr(agreement, COLUMNS[chosen], by)
    if agreement.agreed_by_marketing and agreement.agreed_by_sales:
        agreement.agreed_at = clock.now()
    agreement.save()
    audit.record("score_rules_agreed", "score_rules", agreement.pk, by=by, side=str(chosen), number=agreement.number)
    return agreement


def _begun(digest: str) -> RulesAgreement:
    number = (RulesAgreement.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    rules = list(ScoreRule.objects.active().values("label", "points", "half_life_days", "condition"))
    return RulesAgreement.objects.create(digest=digest, number=number, rules=rules, created_at=clock.now())
