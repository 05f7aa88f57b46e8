"""Runs the duties: each in turn with itself, side by side with the others, on one machine at a time."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections, connections

from ryorin.jobs.schedule import Duty
from ryorin.workspace.leases import actions as leases

log = logging.getLogger(__name__)

LEASE_SECONDS = 60
PROLONG_WHEN_LEFT = 30
ASK_AGAIN = 5
TELL_EVERY = 10
LONGEST_BACK_OFF = 300


@dataclass
class State:
    """What is known about one duty in this process; times are of the monotonic clock."""

    due: float = 0.0
    leased_until: float = 0.0
    told: float = float("-inf")
    failures: int = 0


class Scheduler:
    """One thread per duty, so that a long import never holds up the inbox, and one that keeps their leases alive."""

    def __init__(self, duties: tuple[Duty, ...], *, clock: Callable[[], float] = time.monotonic) -> None:
        self.duties = duties
        self.clock = clock
        self.stopping = threading.Event()
        self.states = {duty.name: State() for duty in duties}
        self.threads: list[threading.Thread] = []

    def start(self) -> None:
        for duty in self.duties:
            self.threads.append(threading.Thread(target=self.attend, args=(duty,), name=thread_of(duty), daemon=True))
        self.threads.append(threading.Thread(target=self.keep_leases, name="leases", daemon=True))
        for thread in self.threads:
            thread.start()

    def stop(self, *, timeout: float) -> None:
        """This function will let running duties end, wait for them, and give the leases back."""
        self.stopping.set()
        deadline = self.clock() + timeout
        for thread in self.threads:
            thread.join(max(0.0, deadline - self.clock()))
        self.give_back()

    def give_back(self) -> None:
        """This function will let others do the duties at once, save one that is still being done here."""
        busy = {thread.name for thread in self.threads if thread.is_alive()}
        for duty in self.duties:
            if self.states[duty.name].leased_until > self.clock() and thread_of(duty) not in busy:
                leases.give_back(lease_of(duty))

    def attend(self, duty: Duty) -> None:
        """This function will run the duty whenever it is due, until the scheduler stops."""
        while not self.stopping.wait(max(0.02, self.states[duty.name].due - self.clock())):
            self.turn(duty)
        connections.close_all()

    def turn(self, duty: Duty) -> None:
        """This function will run the duty if it is this machine's to run, and note how it went; it never raises."""
        state = self.states[duty.name]
        try:
            close_old_connections()
            held = self.lease(duty)
            if held:
                duty.run()
                self.note(duty, error="")
                state.failures = 0
            state.due = self.clock() + (duty.every if held else max(duty.every, ASK_AGAIN))
        except Exception as error:
            state.failures += 1
            state.due = self.clock() + back_off(duty.every, failures=state.failures)
            log.exception("duty %s failed (%d in a row)", duty.name, state.failures)
            self.note_failure(duty, error)

    def lease(self, duty: Duty) -> bool:
        """Return whether this process holds the duty's lease, taking or prolonging it when it runs low."""
        if duty.is_shared:
            return True
        state = self.states[duty.name]
        now = self.clock()
        if state.leased_until - now < PROLONG_WHEN_LEFT:
            held = leases.take(lease_of(duty), seconds=LEASE_SECONDS)
            state.leased_until = now + LEASE_SECONDS if held else 0.0
        return state.leased_until > now

    def note(self, duty: Duty, *, error: str) -> None:
        """This function will leave word for the health page: every change at once, sameness now and then."""
        state = self.states[duty.name]
        if error or state.failures or self.clock() - state.told >= TELL_EVERY:
            leases.report(lease_of(duty), error=error)
            state.told = self.clock()

    def note_failure(self, duty: Duty, error: Exception) -> None:
        try:
            self.note(duty, error=f"{type(error).__name__}: {error}"[:500])
        except Exception:
            log.exception("duty %s: its failure could not be written down", duty.name)
            connections.close_all()

    def keep_leases(self) -> None:
        """This function will prolong the leases this process holds while their duties are still running."""
        while not self.stopping.wait(PROLONG_WHEN_LEFT / 3):
            for duty in self.duties:
                if self.states[duty.name].leased_until:
                    self.prolong(duty)
        connections.close_all()

    def prolong(self, duty: Duty) -> None:
        try:
            self.lease(duty)
        except Exception:
            log.exception("duty %s: its lease could not be prolonged", duty.name)
            connections.close_all()


def lease_of(duty: Duty) -> str:
    """Return the name of the lease: also what the health page looks for."""
    return f"duty:{duty.name}"


def thread_of(duty: Duty) -> str:
    return f"duty-{duty.name}"


def back_off(every: float, *, failures: int) -> float:
    """Return the seconds to wait after so many failures in a row: doubling, five minutes at most."""
    return min(max(every, 1.0) * 2.0 ** min(failures, 20), max(LONGEST_BACK_OFF, every))
