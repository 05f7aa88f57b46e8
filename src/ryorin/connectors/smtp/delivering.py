"""The turn of a worker: claim, put together, hand over by several connections, write down what was answered.

One thread speaks to the database; the connections' threads speak to the mail server only. A mail is marked as handed
over, durably, before its connection gets it, and a connection has one mail in hand: whatever dies, at most one mail
per connection is uncertain, and none goes out twice.
"""

import logging
import os
import queue
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from ryorin.connectors.smtp.actions import note_break, note_well
from ryorin.connectors.smtp.client import Mail
from ryorin.connectors.smtp.models import Relay
from ryorin.connectors.smtp.outcomes import result_of
from ryorin.connectors.smtp.preparing import Desk
from ryorin.connectors.smtp.rendering import Letter, render
from ryorin.connectors.smtp.rules import Answer, Outcome, Stage, meaning_of
from ryorin.connectors.smtp.transports import Way, way_out
from ryorin.lib import clock
from ryorin.marketing.journeys.queries import allowed_now
from ryorin.marketing.mail.models import MailKind
from ryorin.marketing.mailings import actions as mailings
from ryorin.marketing.mailings.models import Mailing, MailingState, Pace, PauseReason
from ryorin.marketing.mailings.rules.pace import defaults_of
from ryorin.workspace.leases.actions import here
from ryorin.workspace.organisation.queries import current

log = logging.getLogger(__name__)
STOP = None
ENOUGH = 250  # prepared letters in hand
STALL = 5.0
COUNT_EVERY = 1.0
QUICK = 0.002


@dataclass(frozen=True, slots=True)
class Handed:
    """A letter and what the server answered to it."""

    letter: Letter
    answer: Answer


class Carrier(threading.Thread):
    """One connection: takes a letter, renders it, delivers it, says what was answered."""

    def __init__(self, way: Way, answers: "queue.Queue[Handed]", zone: ZoneInfo) -> None:
        super().__init__(daemon=True, name="mail-carrier")
        self.way, self.answers, self.zone = way, answers, zone
        self.letters: queue.Queue[tuple[Letter, datetime] | None] = queue.Queue()

    def run(self) -> None:
        while (given := self.letters.get()) is not STOP:
            letter, at = given
            try:
                mail: Mail | None = render(letter, at=at.astimezone(self.zone))
            except Exception as error:
                log.exception("recipient %s: the mail cannot be put together", letter.recipient)
                answer, mail = Answer(Stage.SPOILT, 0, f"{type(error).__name__}: {error}"[:300]), None
            if mail is not None:
                answer = self._deliver(mail)
            self.answers.put(Handed(letter, answer))
        self.way.close()

    def _deliver(self, mail: Mail) -> Answer:
        try:
            return self.way.deliver(mail)
        except Exception as error:  # a fault of ours after the text may have left: nobody knows
            log.exception("a connection failed in an unforeseen way")
            return Answer(Stage.DATA, 0, f"{type(error).__name__}: {error}"[:300])


class Delivery:
    """One turn: ends when nothing is due, when the relay must be left alone, or when its time is up."""

    def __init__(self, relay: Relay, *, seconds: float) -> None:
        self.relay, self.until = relay, time.monotonic() + seconds
        self.holder = f"{here()}/{threading.get_ident()}-{os.urandom(3).hex()}"
        self.desk = Desk(relay)
        self.answers: queue.Queue[Handed] = queue.Queue()
        zone = ZoneInfo(current().time_zone)
        self.carriers = [Carrier(way_out(relay), self.answers, zone) for _each in range(max(1, relay.connections))]
        self.idle = list(self.carriers)
        self.ready: deque[Letter] = deque()
        self.busy: Counter[str] = Counter()
        self.carrier_of: dict[int, Carrier] = {}
        self.broken = 0
        self.sent = 0
        self.is_over = False
        self.limits: dict[str, int] = {}
        self.touched: set[int] = set()
        self.count_at = 0.0

    def run(self) -> int:
        """This function will deliver what is due, and return how many mails the servers took."""
        interval = sys.getswitchinterval()
        sys.setswitchinterval(QUICK)  # the thread at the database must not wait behind those that render
        for carrier in self.carriers:
            carrier.start()
        try:
            while not self.is_over:
                self._step()
            while self.carrier_of:
                self._settle(self._answers(wait=True))
        finally:
            mailings.give_back([letter.recipient for letter in self.ready], holder=self.holder)
            sys.setswitchinterval(interval)
            self._count(is_last=True)
            for carrier in self.carriers:
                carrier.letters.put(STOP)
        return self.sent

    def _step(self) -> None:
        answers = self._answers(wait=not self._can_choose())
        if len(self.ready) < ENOUGH // 2 and time.monotonic() < self.until:
            self._fill()
        stopped = self.broken or time.monotonic() >= self.until
        with transaction.atomic() if answers or self._can_choose() else nullcontext():
            self._settle(answers)
            chosen = [] if self.broken or stopped else self._choose()
            going = mailings.hand_over([one.recipient for one in chosen], holder=self.holder)
        for letter in chosen:
            if letter.recipient in going:
                self._dispatch(letter)
        self._count()
        self.is_over = bool(stopped or self.broken) or (not self.ready and not self.carrier_of)

    def _answers(self, *, wait: bool) -> list[Handed]:
        """Return what was answered meanwhile; with `wait`, at least one answer when any is still to come."""
        found: list[Handed] = []
        if wait and self.carrier_of:
            try:
                found.append(self.answers.get(timeout=STALL))
            except queue.Empty:
                return found
        while True:
            try:
                found.append(self.answers.get_nowait())
            except queue.Empty:
                return found

    def _fill(self) -> None:
        claims = mailings.claim(self.holder, most=ENOUGH)
        if not claims:
            return
        later = not_now(claims)
        postponed = {claim.pk: later[claim.person_id] for claim in claims if claim.person_id in later}
        if postponed:
            mailings.postpone(postponed, holder=self.holder)
        letters = self.desk.letters([claim for claim in claims if claim.pk not in postponed])
        known = {letter.recipient for letter in letters} | set(postponed)
        mailings.give_back([claim.pk for claim in claims if claim.pk not in known], holder=self.holder)
        self.ready.extend(letters)

    def _count(self, *, is_last: bool = False) -> None:
        """This function will have the mailings counted anew, now and then."""
        if self.touched and (is_last or time.monotonic() >= self.count_at):
            mailings.outdate(self.touched)
            self.touched.clear()
            self.count_at = time.monotonic() + COUNT_EVERY

    def _can_choose(self) -> bool:
        """Return whether a letter and a connection are free for each other."""
        lanes = dict.fromkeys(letter.lane for letter in self.ready)
        return bool(self.idle) and any(self.busy[lane] < self._limit(lane) for lane in lanes)

    def _choose(self) -> list[Letter]:
        """Return letters for the idle connections, no lane beyond the connections it allows."""
        chosen: list[Letter] = []
        passed: list[Letter] = []
        planned = Counter(self.busy)
        while self.ready and len(chosen) < len(self.idle) and len(passed) < ENOUGH:
            letter = self.ready.popleft()
            if planned[letter.lane] < self._limit(letter.lane):
                planned[letter.lane] += 1
                chosen.append(letter)
            else:
                passed.append(letter)
        self.ready.extendleft(reversed(passed))
        return chosen

    def _limit(self, lane: str) -> int:
        if not lane:
            return len(self.carriers)
        if lane not in self.limits:
            found = Pace.objects.filter(lane=lane).values_list("connections", flat=True).first()
            self.limits[lane] = found or defaults_of(lane)[1]
        return self.limits[lane]

    def _dispatch(self, letter: Letter) -> None:
        carrier = self.idle.pop()
        self.carrier_of[letter.recipient] = carrier
        self.busy[letter.lane] += 1
        carrier.letters.put((letter, clock.now()))

    def _settle(self, answers: Sequence[Handed]) -> None:
        if not answers:
            return
        for one in answers:
            self.idle.append(self.carrier_of.pop(one.letter.recipient))
            self.busy[one.letter.lane] -= 1
            self.touched.add(one.letter.envelope.mailing)
        now = clock.now()
        outcomes = [(one, meaning_of(one.answer)) for one in answers]
        mailings.settle([result_of(one.letter, one.answer, outcome, at=now) for one, outcome in outcomes],
                        holder=self.holder)  # fmt: skip
        self.sent += sum(outcome is Outcome.SENT for _one, outcome in outcomes)
        for one, outcome in outcomes:
            self._react(one, outcome)

    def _react(self, one: Handed, outcome: Outcome) -> None:
        """This function will draw the conclusions that concern more than the one mail."""
        mailing = one.letter.envelope.mailing
        if outcome is Outcome.SENT and self.relay.failures:
            self.relay.failures = 0
            note_well(self.relay)
        elif outcome is Outcome.LOGIN:
            going = Mailing.objects.filter(state__in=(MailingState.SENDING, MailingState.SCHEDULED))
            mailings.hold(going.values_list("pk", flat=True), PauseReason.LOGIN, note=one.answer.text)
            self.broken += 1
        elif outcome is Outcome.SENDER:
            mailings.hold([mailing], PauseReason.SENDER, note=one.answer.text)
        elif outcome is Outcome.SPOILT:
            mailings.hold([mailing], PauseReason.MESSAGE, note=one.answer.text)
        elif outcome is Outcome.BROKEN:
            self.broken += one.answer.stage is Stage.CONNECT
            if one.answer.stage is Stage.CONNECT:
                note_break(self.relay, one.answer)


def not_now(claims: Sequence[mailings.Claim]) -> dict[int, datetime]:
    """Return who is not to be mailed at this moment but later: quiet hours, and how much a person gets in all.

    Both hold for advertising only.
    """
    ids = {claim.mailing_id for claim in claims}
    notices = set(Mailing.objects.filter(pk__in=ids, message__kind=MailKind.TRANSACTION).values_list("pk", flat=True))
    people = {one.person_id for one in claims if one.person_id is not None and one.mailing_id not in notices}
    found = allowed_now(people, clock.now())
    return {person: moment for person, moment in found.items() if moment is not None}
