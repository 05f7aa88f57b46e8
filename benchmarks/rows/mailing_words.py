"""Mails filled in for one person after another: fields, tracked links, a block that only some people see."""

from itertools import cycle, islice

from benchmarks.bench import Bench, counted
from benchmarks.clocking import times_of
from benchmarks.results import Bar, Result

AT_ONCE = 10_000


def render(bench: Bench) -> list[Result]:
    """Return how fast a newsletter is personalised, and how long compiling it takes."""
    from ryorin.marketing.mail.rules import Draft, Sender, Values, compile_mail, personalise
    from ryorin.marketing.mail.rules.blocks import Palette
    from ryorin.marketing.mail.rules.samples import BY_KEY

    sample = BY_KEY["newsletter"]
    body = sample.mjml(Palette(name="両輪工業株式会社")).replace('css-class="paper"', 'css-class="paper if-vip"', 1)
    draft = Draft("{{姓|お客さま}}様へ", "今月の読みもの", body, rules={"vip": "お得意さま"})
    sender = Sender("両輪工業株式会社", "東京都千代田区丸の内1-1", "03-1234-5678")

    def compiled():  # type: ignore[no-untyped-def]
        return compile_mail(draft, sender=sender, origin="https://crm.example.com")

    mail = compiled()
    links = [f"https://crm.example.com/m/c/{number:x}" for number in range(len(mail.links))]
    people = [
        Values(
            fields={"family_name": f"安達{number}", "company": "アクメ株式会社"},
            rules=frozenset({"vip"} if number % 3 else ()),
            links=links,
            unsubscribe=f"https://crm.example.com/m/u/{number}",
        )
        for number in range(100)
    ]

    def all_of_them() -> None:
        for values in islice(cycle(people), AT_ONCE):
            personalise(mail, values)

    times = times_of(all_of_them, repeats=bench.scale.repeats)
    rate = AT_ONCE / min(times)
    return [
        Result(
            work="mail filled in for one person",
            size=counted(mail.size, "bytes"),
            times=times,
            rate=rate,
            bars=(Bar("rate", least=10_000),),
        ),
        Result(work="mail compiled", size=counted(mail.size, "bytes"), times=times_of(compiled, repeats=20)),
    ]
