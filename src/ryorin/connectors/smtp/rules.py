"""What a mail server's answer means for one address, for the mailing and for the connection, and when to try again."""

import random
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

GIVE_UP_AFTER = timedelta(hours=72)
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=4)
CONTENT_WORDS = re.compile(
    r"spam|content|phish|virus|malware|policy|blacklist|blocklist|black list|block list|reputation|"
    r"message (?:was )?(?:rejected|refused)|dmarc|dkim|unsolicited|too large|size",
    re.I,
)
UNKNOWN_WORDS = re.compile(
    r"user unknown|unknown user|no such (?:user|mailbox|recipient|address)|does ?n[o']t exist|not exist|"
    r"mailbox (?:unavailable|not found|disabled)|invalid (?:recipient|mailbox|address|user)|"
    r"unknown (?:recipient|address|local)|"
    r"recipient (?:rejected|not found|unknown)|address (?:rejected|unknown)|no mailbox|account (?:disabled|has been)|"
    r"undeliverable|not a valid|unrouteable",
    re.I,
)
FULL_WORDS = re.compile(r"quota|mailbox (?:is )?full|over ?quota|storage", re.I)
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


class Stage(StrEnum):
    """How far a delivery came when it was answered, or broke off."""

    CONNECT = "connect"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"  # the text may be with the server: without an answer nobody knows
    SPOILT = "spoilt"  # could not be put together at all


class Outcome(StrEnum):
    SENT = "sent"
    LATER = "later"  # the server asks to try again
    UNKNOWN_USER = "unknown_user"  # this address never: suppression
    REFUSED = "refused"  # this address not; its neighbours may
    CONTENT = "content"  # the text is not liked: pause the mailing
    SENDER = "sender"  # our address is not liked: pause the mailing
    LOGIN = "login"  # our password is not liked: pause everything
    BROKEN = "broken"  # nothing was handed over: at once again
    UNCERTAIN = "uncertain"  # handed over, no answer: never again by itself
    SPOILT = "spoilt"  # our own fault: the mailing waits for a person


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said, at which stage; code 0 where the connection broke instead."""

    stage: Stage
    code: int = 0
    text: str = ""

    @property
    def status(self) -> str:
        """The enhanced status (RFC 3463): "5.1.1", or ""."""
        found = _STATUS.search(self.text)
        return found.group(0) if found else ""


def meaning_of(answer: Answer) -> Outcome:
    """Return what the answer means."""
    if answer.stage is Stage.SPOILT:
        return Outcome.SPOILT
    if answer.stage is Stage.LOGIN:
        return Outcome.LOGIN if answer.code >= 500 or answer.code == 0 else Outcome.BROKEN
    if answer.code == 0:
        return Outcome.UNCERTAIN if answer.stage is Stage.DATA else Outcome.BROKEN
    if answer.code < 400:
        return Outcome.SENT
    if answer.code < 500:
        return Outcome.BROKEN if answer.stage is Stage.CONNECT else Outcome.LATER
    if answer.stage is Stage.CONNECT:
        return Outcome.SENDER
    if answer.stage is Stage.SENDER:
        return Outcome.LOGIN if answer.code in (530, 535) else Outcome.SENDER
    return refusal_of(answer)


def refusal_of(answer: Answer) -> Outcome:
    """Return what a 5xx says about: the address, the text, or one address' own reasons."""
    status = answer.status
    if FULL_WORDS.search(answer.text) or status == "5.2.2" or (answer.code == 552 and answer.stage is Stage.RECIPIENT):
        return Outcome.REFUSED
    if status.startswith(("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")) or answer.code == 551:
        return Outcome.UNKNOWN_USER
    if answer.stage is Stage.RECIPIENT:
        if status.startswith("5.7"):
            return Outcome.REFUSED
        known = answer.code in (550, 553) and (not status or UNKNOWN_WORDS.search(answer.text))
        return Outcome.UNKNOWN_USER if known else Outcome.REFUSED
    if UNKNOWN_WORDS.search(answer.text) and not status.startswith("5.7"):
        return Outcome.UNKNOWN_USER
    if status.startswith(("5.6", "5.7")) or CONTENT_WORDS.search(answer.text) or answer.code in (552, 554):
        return Outcome.CONTENT
    return Outcome.REFUSED


def next_try(*, tries: int, at: datetime, dice: random.Random | None = None) -> datetime:
    """Return when to try again after so many tries: doubling from five minutes to four hours, give or take a fifth."""
    pause = min(FIRST_PAUSE * 2 ** min(max(tries - 1, 0), 12), LONGEST_PAUSE)
    return at + pause * (dice or random).uniform(0.8, 1.2)


def rest_after_break(failures: int, *, dice: random.Random | None = None) -> timedelta:
    """Return how long to leave a server alone that could not be reached so many times in a row: up to ten minutes."""
    return timedelta(seconds=min(5 * 2 ** min(failures, 8), 600)) * (dice or random).uniform(0.8, 1.2)
