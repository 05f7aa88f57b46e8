"""Which questions of a sheet are asked, given the answers so far. `hearing.js` decides the same in the browser."""

from collections.abc import Container, Iterable, Mapping
from typing import Any

from ryorin.sales.hearing.rules.sheets import Op, Question, number_in


def asked(questions: Iterable[Question], values: Mapping[str, Any]) -> set[str]:
    """Return the keys of the questions to be asked; an answer to a question that is not asked counts for nothing."""
    shown: set[str] = set()
    for question in questions:
        when = question["when"]
        if when is None or (when["question"] in shown and holds(when, values.get(when["question"]))):
            shown.add(question["key"])
    return shown


def not_applicable(questions: Iterable[Question], shown: Container[str], answered: Container[str]) -> set[str]:
    """Return the keys of follow-ups that an answer has ruled out, without those whose turn has not come yet."""
    out: set[str] = set()
    for question in questions:
        when = question["when"]
        if when is None or question["key"] in shown:
            continue
        origin = when["question"]
        if origin in out or (origin in shown and origin in answered):
            out.add(question["key"])
    return out


def holds(when: Mapping[str, str], value: Any) -> bool:
    """Return whether an answer calls for the question that follows from it; no answer never does."""
    if value is None or value == "" or value == []:
        return False
    op, wanted = when["op"], when["value"]
    if op == Op.ANSWERED:
        return True
    if op in (Op.AT_LEAST, Op.AT_MOST):
        number, limit = number_in(plain(value)), number_in(wanted)
        if number is None or limit is None:
            return False
        return number >= limit if op == Op.AT_LEAST else number <= limit
    if op == Op.INCLUDES:
        return wanted in value if isinstance(value, list) else wanted.casefold() in plain(value).casefold()
    same = _same(value, wanted)
    return same if op == Op.IS else not same


def plain(value: Any) -> str:
    """Return an answer as the text that conditions compare."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _same(value: Any, wanted: str) -> bool:
    number, other = number_in(plain(value)), number_in(wanted)
    if number is not None and other is not None:
        return number == other
    return plain(value) == wanted
