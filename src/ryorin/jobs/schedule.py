"""What the worker does again and again: every duty, how often, and the one verb it calls."""

from collections.abc import Callable
from dataclasses import dataclass

from ryorin.alignment.agreements.actions import watch_promises
from ryorin.alignment.feedback.actions import follow_feedback
from ryorin.alignment.goals.actions import tell_of_reviews
from ryorin.alignment.handoffs.actions import (
    escalate_overdue,
    follow_nurtures,
    hand_over_complicated,
    offer_ready_leads,
)
from ryorin.alignment.learning.actions import keep_learning
from ryorin.alignment.meetings.actions import keep_meetings
from ryorin.alignment.scoring.actions import follow_changes
from ryorin.connectors.bounces.actions import fetch_reports
from ryorin.connectors.csv.actions import run_waiting
from ryorin.connectors.smtp.actions import deliver_due
from ryorin.connectors.smtp.colleagues import send_meeting_letters
from ryorin.connectors.webhooks.actions import make_calls
from ryorin.customers.consent.actions import keep_copy
from ryorin.customers.privacy.actions import watch_leaks, watch_requests
from ryorin.insight.lake.actions import compact, continue_erasures, keep_history_short, keep_up, make_exports
from ryorin.marketing.campaigns.actions import settle_states
from ryorin.marketing.journeys.actions import advance_journeys, run_simulations
from ryorin.marketing.mailings.actions import (
    decide_tests,
    finish_mailings,
    prepare_mailings,
    settle_events,
    tally_mailings,
)
from ryorin.marketing.personas.actions import refresh_personas
from ryorin.marketing.segments.actions import follow_changes as follow_segments
from ryorin.marketing.sites.actions import follow_schedule
from ryorin.marketing.value.actions import compute_daily
from ryorin.sales.aftercare.actions import follow_sales, look_for_quiet
from ryorin.sales.contracts.actions import keep_running as keep_contracts_running
from ryorin.sales.forecast.actions import learn_daily
from ryorin.sales.quotations.actions import settle_quotations
from ryorin.sales.sequences.actions import advance_sequences
from ryorin.workspace.approvals.actions import watch_waiting


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Work looked for every so many seconds; `run` finds what is due by itself and may be killed at any moment.

    A shared duty takes its rows by leases of its own, so that every worker may attend to it at the same time.
    """

    name: str
    every: float
    run: Callable[[], object]
    is_shared: bool = False


def duties() -> tuple[Duty, ...]:
    """Return the duties in the order in which they matter."""
    return (
        Duty(name="history", every=2, run=keep_up),
        Duty(name="imports", every=1, run=run_waiting),
        Duty(name="history-tidy", every=300, run=compact),
        Duty(name="scores", every=5, run=follow_changes),
        Duty(name="learning", every=20, run=keep_learning),
        Duty(name="segments", every=1, run=follow_segments),
        Duty(name="mailings", every=2, run=prepare_mailings),
        Duty(name="mail-delivery", every=1, run=deliver_due, is_shared=True),
        Duty(name="mail-ends", every=3, run=finish_mailings),
        Duty(name="mail-events", every=2, run=settle_events),
        Duty(name="mail-counts", every=2, run=tally_mailings),
        Duty(name="mail-tests", every=30, run=decide_tests),
        Duty(name="mail-reports", every=60, run=fetch_reports),
        Duty(name="hand-offs", every=5, run=offer_ready_leads),
        Duty(name="hand-off-deadlines", every=20, run=escalate_overdue),
        Duty(name="meetings", every=60, run=keep_meetings),
        Duty(name="meeting-letters", every=10, run=send_meeting_letters),
        Duty(name="feedback", every=30, run=follow_feedback),
        Duty(name="nurtured-leads", every=10, run=follow_nurtures),
        Duty(name="complicated-leads", every=60, run=hand_over_complicated),
        Duty(name="agreements", every=600, run=watch_promises),
        Duty(name="journeys", every=2, run=advance_journeys),
        Duty(name="journey-simulations", every=2, run=run_simulations),
        Duty(name="webhooks", every=5, run=make_calls),
        Duty(name="sequences", every=10, run=advance_sequences),
        Duty(name="after-follow", every=15, run=follow_sales),
        Duty(name="goal-reviews", every=600, run=tell_of_reviews),
        Duty(name="quiet-customers", every=600, run=look_for_quiet),
        Duty(name="forecast", every=600, run=learn_daily),
        Duty(name="approvals", every=20, run=watch_waiting),
        Duty(name="quotations", every=300, run=settle_quotations),
        Duty(name="contracts", every=60, run=keep_contracts_running),
        Duty(name="pages", every=20, run=follow_schedule),
        Duty(name="personas", every=600, run=refresh_personas),
        Duty(name="campaign-states", every=300, run=settle_states),
        Duty(name="customer-values", every=30, run=compute_daily),
        Duty(name="refusals-copy", every=20, run=keep_copy),
        Duty(name="personal-exports", every=3, run=make_exports),
        Duty(name="erasures", every=15, run=continue_erasures),
        Duty(name="privacy-requests", every=600, run=watch_requests),
        Duty(name="leaks", every=600, run=watch_leaks),
        Duty(name="retention", every=3600, run=keep_history_short),
    )
