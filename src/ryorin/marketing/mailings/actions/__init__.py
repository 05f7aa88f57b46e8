"""Verbs of mailings."""

from ryorin.marketing.mailings.actions.audience import prepare_mailings
from ryorin.marketing.mailings.actions.claiming import (
    Claim,
    claim,
    give_back,
    hand_over,
    is_anything_to_do,
    postpone,
    recover,
    set_apart,
)
from ryorin.marketing.mailings.actions.refusing import ask_for_address, choose_topics, pause_mail, unsubscribe
from ryorin.marketing.mailings.actions.running import (
    cancel_mailing,
    confirm_mailing,
    decide_uncertain,
    pause_mailing,
    resume_mailing,
)
from ryorin.marketing.mailings.actions.settling import Named, Result, fact, finish_mailings, hold, settle, slow_down
from ryorin.marketing.mailings.actions.single import send_many, send_one, stop_waiting
from ryorin.marketing.mailings.actions.tallying import outdate, tally_mailings, tally_now
from ryorin.marketing.mailings.actions.testing import choose_winner, decide_tests, set_test
from ryorin.marketing.mailings.actions.tracking import note_hit, settle_events
from ryorin.marketing.mailings.actions.writing import change_mailing, create_mailing, delete_mailing, duplicate_mailing

__all__ = [
    "Claim",
    "Named",
    "Result",
    "ask_for_address",
    "cancel_mailing",
    "change_mailing",
    "choose_topics",
    "choose_winner",
    "claim",
    "confirm_mailing",
    "create_mailing",
    "decide_tests",
    "decide_uncertain",
    "delete_mailing",
    "duplicate_mailing",
    "fact",
    "finish_mailings",
    "give_back",
    "hand_over",
    "hold",
    "is_anything_to_do",
    "note_hit",
    "outdate",
    "pause_mail",
    "pause_mailing",
    "postpone",
    "prepare_mailings",
    "recover",
    "resume_mailing",
    "send_many",
    "send_one",
    "set_apart",
    "set_test",
    "settle",
    "settle_events",
    "slow_down",
    "stop_waiting",
    "tally_mailings",
    "tally_now",
    "unsubscribe",
]
