"""Documents as PDF, beside a sheet of paper with one word on it."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.bench import Bench
from benchmarks.clocking import times_of
from benchmarks.results import Bar, Result

TIMES, LINES = 30, 20


def quotation_pdf(bench: Bench) -> list[Result]:
    from ryorin.lib.pdf import render
    from ryorin.sales.quotations.models import Quotation, QuotationVersion
    from ryorin.sales.quotations.queries.paper import TEMPLATE, sheet_of
    from ryorin.sales.quotations.rules import Line, Offer
    from ryorin.workspace.organisation.queries import issuer

    lines = tuple(
        Line(description=f"画像検査カメラ {place}", quantity=Decimal(place), unit="台", unit_price=480_000)
        for place in range(1, LINES + 1)
    )
    offer = Offer(title="検査ラインの更新", to_company="株式会社アクメ", to_person="安達 亜耶", lines=lines)
    version = QuotationVersion(revision=1, issued_on=date(2026, 11, 22))
    quotation = Quotation(number="Q-2026-0001")

    def print_one() -> None:
        sender = issuer(with_seal=True)
        pdf = render(TEMPLATE, sheet_of(quotation, version, offer) | {"issuer": sender.data}, files=sender.files)
        assert pdf.startswith(b"%PDF")

    with TemporaryDirectory(prefix="ryorin-bench-") as folder:
        word = Path(folder) / "word.typ"
        word.write_text("御見積書", encoding="utf-8")
        bare = median(times_of(lambda: render(word, {}), repeats=TIMES, warm_up=1))
        times = times_of(print_one, repeats=TIMES, warm_up=1)
    return [
        Result(
            work="quotation PDF",
            size=f"{LINES} lines",
            times=times,
            ratio=median(times) / bare,
            reference=f"one word: {bare * 1000:,.1f} ms",
            bars=(Bar("p50", most=0.06),),
        )
    ]
