from ryorin.sales.deals.models import Deal
from ryorin.sales.proposals.models import Proposal, ProposalTemplate, ProposalVersion
from ryorin.workspace.members.models import Member


def newest_version(proposal: Proposal) -> ProposalVersion:
    """Return the last version, draft or handed over."""
    return ProposalVersion.objects.select_related("sent_by").get(proposal=proposal, revision=proposal.revision)


def of_deal(deal: Deal, member: Member) -> list[Proposal]:
    """Return the proposals for a deal that the member sees, newest first."""
    return list(Proposal.objects.visible_to(member).filter(deal=deal).order_by("-pk")[:20])


def templates() -> list[ProposalTemplate]:
    """Return the templates in use; none until the first proposal or the settings make those one begins with."""
    return list(ProposalTemplate.objects.filter(is_active=True))
