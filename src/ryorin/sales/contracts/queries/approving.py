"""Whether somebody has to approve a contract before it goes out, and whether they did."""

import hashlib
import json
from typing import Any

from ryorin.sales.contracts.models import Contract, ContractVersion
from ryorin.sales.contracts.queries import facts_of
from ryorin.sales.contracts.rules.time import count_periods
from ryorin.workspace.approvals.queries import standing
from ryorin.workspace.approvals.rules import Standing
from ryorin.workspace.members.models import Member

KIND = "contract"


def approval_facts(contract: Contract) -> dict[str, Any]:
    """Return what routes ask about a contract."""
    return {
        "kind": contract.kind,
        "amount": contract.net,
        "worth": worth(contract),
        "renews": contract.renews and contract.is_recurring,
        "company": contract.company_id,
    }


def digest_of(contract: Contract, version: ContractVersion) -> str:
    """Return the SHA-256 of everything the contract says; an approval holds only for what it was asked for."""
    said = {
        "clauses": version.clauses,
        "title": version.title,
        "facts": facts_of(contract),
        "kind": contract.kind,
        "renews": contract.renews,
        "totals": contract.totals,
        "lines": list(
            contract.lines.values_list("description", "quantity", "unit", "unit_price", "amount", "tax_rate")
        ),
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def approval_of(contract: Contract, version: ContractVersion, *, by: Member | None = None) -> Standing:
    """Return where the contract stands with its approval."""
    digest = digest_of(contract, version)
    return standing(KIND, contract.pk, facts=approval_facts(contract), digest=digest, by=by or contract.owner)


def worth(contract: Contract) -> int:
    """Return what the contract brings without tax over its first term."""
    if not contract.is_recurring or contract.starts_on is None:
        return contract.net
    return contract.net * count_periods(contract.starts_on, contract.ends_on, billed=contract.billed)
