"""The table of measurements tells the truth about bars; whether rows work is shown by running bin/bench."""

from benchmarks.knocking import Line
from benchmarks.results import Bar, Result, table


def result(*bars: Bar) -> Result:
    return Result(work="search 田中", size="10 people", times=(0.010, 0.020, 0.030), rate=120.0, ratio=2.0, bars=bars)


def test_a_bar_that_is_reached_is_met() -> None:
    assert result(Bar("p50", most=0.020), Bar("rate", least=120)).missed == []


def test_a_missed_bar_says_by_how_much() -> None:
    assert result(Bar("p50", most=0.010)).missed == ["p50 <= 10.0 ms: 20.0 ms, 2.00 of the limit"]
    assert result(Bar("rate", least=240)).missed == ["rate >= 240/s: 120/s, 0.50 of the limit"]


def test_what_was_not_measured_is_not_judged() -> None:
    assert result(Bar("memory", most=1)).missed == []


def test_the_table_judges_at_full_scale_only() -> None:
    missed = result(Bar("p50", most=0.010))
    assert "MISSED" in table([missed], judges=True)
    assert "MISSED" not in table([missed], judges=False)


def test_columns_stay_in_line_under_japanese_words() -> None:
    header, _rule, first = table([result()], judges=False).splitlines()
    place = header.index("size")
    assert first.replace("田中", "....")[place:].startswith("10 people")


def test_answers_that_arrive_in_pieces_are_counted_once() -> None:
    answer = b"HTTP/1.1 202 Accepted\r\ncontent-length: 4\r\n\r\nabcd"
    line = Line(Pieces([answer[:10], answer[10:] + answer[:30], answer[30:]]), [])  # type: ignore[arg-type]
    line.expected = 2
    assert [line.take() for _ in range(3)] == [False, False, True]
    assert line.statuses == {"202": 2}


class Pieces:
    """A socket that gives what it was given."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces

    def recv(self, _most: int) -> bytes:
        return self.pieces.pop(0)
