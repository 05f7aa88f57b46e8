"""What can be done with a contract."""

from ryorin.sales.contracts.actions.drafting import (
    change_contract,
    draft_contract,
    draft_from_quotation,
    reword,
    set_lines,
    use_template,
)
from ryorin.sales.contracts.actions.keys import ensure_key, import_key, make_key
from ryorin.sales.contracts.actions.running import (
    book_due_periods,
    cancel_contract,
    close_unsigned,
    end_or_renew,
    keep_running,
    remind_owners,
)
from ryorin.sales.contracts.actions.sending import (
    make_link,
    new_version,
    request_approval,
    send_contract,
    withdraw_contract,
)
from ryorin.sales.contracts.actions.signing import (
    decline_by_link,
    note_opening,
    sign_by_link,
    sign_for_us,
    sign_on_paper,
)
from ryorin.sales.contracts.actions.templates import create_template, retire_template, save_template

__all__ = [
    "book_due_periods",
    "cancel_contract",
    "change_contract",
    "close_unsigned",
    "create_template",
    "decline_by_link",
    "draft_contract",
    "draft_from_quotation",
    "end_or_renew",
    "ensure_key",
    "import_key",
    "keep_running",
    "make_key",
    "make_link",
    "new_version",
    "note_opening",
    "remind_owners",
    "request_approval",
    "retire_template",
    "reword",
    "save_template",
    "send_contract",
    "set_lines",
    "sign_by_link",
    "sign_for_us",
    "sign_on_paper",
    "use_template",
    "withdraw_contract",
]
