"""What mail servers' answers mean, and who it was that followed a link; without a database."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.connectors.smtp.rules import Answer, Outcome, Stage, meaning_of, next_try, rest_after_break
from ryorin.marketing.mailings.rules import Hit, domain_of, lane_of, link_token, read_token, token, verdict_on
from ryorin.marketing.mailings.rules.pace import refilled
from ryorin.marketing.mailings.rules.tokens import read_verp, verp

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
KEY = b"key of the tests"


@pytest.mark.parametrize(
    ("stage", "code", "text", "outcome"),
    [
        (Stage.DATA, 250, "2.0.0 OK", Outcome.SENT),
        (Stage.CONNECT, 421, "too many connections", Outcome.BROKEN),
        (Stage.CONNECT, 0, "TimeoutError", Outcome.BROKEN),
        (Stage.CONNECT, 554, "5.7.1 no service for you", Outcome.SENDER),
        (Stage.LOGIN, 535, "5.7.8 bad credentials", Outcome.LOGIN),
        (Stage.LOGIN, 454, "4.7.0 try later", Outcome.BROKEN),
        (Stage.SENDER, 0, "broken pipe", Outcome.BROKEN),
        (Stage.SENDER, 451, "4.3.0 later", Outcome.LATER),
        (Stage.SENDER, 550, "5.7.1 sender not allowed", Outcome.SENDER),
        (Stage.SENDER, 530, "5.7.0 authentication required", Outcome.LOGIN),
        (Stage.RECIPIENT, 450, "4.2.0 greylisted", Outcome.LATER),
        (Stage.RECIPIENT, 550, "5.1.1 user unknown", Outcome.UNKNOWN_USER),
        (Stage.RECIPIENT, 550, "No such user here", Outcome.UNKNOWN_USER),
        (Stage.RECIPIENT, 550, "Unknown user docomo", Outcome.UNKNOWN_USER),
        (Stage.RECIPIENT, 550, "5.7.1 blocked by recipient policy", Outcome.REFUSED),
        (Stage.RECIPIENT, 552, "5.2.2 over quota", Outcome.REFUSED),
        (Stage.DATA, 552, "5.2.2 mailbox full", Outcome.REFUSED),
        (Stage.DATA, 552, "5.3.4 message size exceeds limit", Outcome.CONTENT),
        (Stage.DATA, 554, "5.7.1 message looks like spam", Outcome.CONTENT),
        (Stage.DATA, 550, "5.1.1 no such user", Outcome.UNKNOWN_USER),
        (Stage.DATA, 0, "connection reset", Outcome.UNCERTAIN),
        (Stage.SPOILT, 0, "KeyError", Outcome.SPOILT),
    ],
)
def test_what_an_answer_means(stage: Stage, code: int, text: str, outcome: Outcome) -> None:
    assert meaning_of(Answer(stage, code, text)) is outcome


def test_pauses_grow_to_four_hours_and_are_never_all_the_same() -> None:
    dice = random.Random(1)
    pauses = [next_try(tries=tries, at=NOW, dice=dice) - NOW for tries in range(1, 20)]
    assert timedelta(minutes=4) <= pauses[0] <= timedelta(minutes=6)
    assert max(pauses) <= timedelta(hours=4) * 1.2
    assert len(set(pauses)) == len(pauses)
    assert rest_after_break(30, dice=dice) <= timedelta(minutes=12)


@given(st.integers(min_value=1, max_value=2**62), st.integers(min_value=1, max_value=2**62))
def test_a_token_says_what_was_put_in_and_nothing_else_is_one(recipient: int, link: int) -> None:
    said = read_token(link_token(recipient, link, key=KEY), purpose="c", key=KEY)
    assert said is not None and (said.recipient, said.link) == (recipient, link)
    assert read_token(token("u", recipient, key=KEY), purpose="c", key=KEY) is None
    assert read_token(token("u", recipient, key=KEY), purpose="u", key=b"other") is None
    assert read_verp(verp(recipient, domain="b.example", key=KEY), key=KEY) == recipient
    assert read_verp(verp(recipient, domain="b.example", key=b"other"), key=KEY) is None


@given(st.text(max_size=80))
def test_nonsense_is_no_token(text: str) -> None:
    assert read_token(text, purpose="u", key=KEY) is None
    assert read_verp(text, key=KEY) is None


def test_providers_have_lanes_of_their_own() -> None:
    assert lane_of(domain_of("Ada@GMAIL.com")) == "gmail.com"
    assert lane_of("t.vodafone.ne.jp") == "softbank.ne.jp"
    assert lane_of("ezweb.ne.jp") == "au.com"
    assert lane_of("acme.example") == ""


def test_a_bucket_fills_by_the_minute_and_not_beyond_ten_seconds() -> None:
    half = refilled(0, per_minute=600, filled_at=NOW, now=NOW + timedelta(seconds=5))
    assert (half, refilled(0, per_minute=600, filled_at=NOW, now=NOW + timedelta(hours=1))) == (50, 100)
    assert refilled(3, per_minute=600, filled_at=NOW + timedelta(hours=1), now=NOW) == 3  # a clock set back


def test_a_reader_is_a_reader() -> None:
    chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"
    google = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
    later = NOW + timedelta(minutes=2)
    assert verdict_on(Hit("opened", later, agent=chrome), sent_at=NOW)[0] == "human"
    assert verdict_on(Hit("opened", later, agent=google), sent_at=NOW)[0] == "human"
    assert verdict_on(Hit("clicked", later, agent=google), sent_at=NOW)[0] == "machine"
    assert verdict_on(Hit("opened", later, agent="Mozilla/5.0"), sent_at=NOW) == ("machine", "apple_proxy")
    assert verdict_on(Hit("clicked", later, method="HEAD", agent=chrome), sent_at=NOW) == ("machine", "method")
    assert verdict_on(Hit("clicked", later, agent=chrome), sent_at=NOW, links_lately=2) == ("machine", "burst")
