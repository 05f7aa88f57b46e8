"""A mail is compiled once and filled in for each person; whatever a name holds, it stays a name."""

from email import policy
from email.parser import BytesParser
from html import unescape

from hypothesis import given, settings
from hypothesis import strategies as st

from ryorin.lib import mime
from ryorin.marketing.mail.rules import Draft, Sender, Values, compile_mail, personalise
from ryorin.marketing.mail.rules import mjml as bodies
from ryorin.marketing.mail.rules.blocks import Palette
from ryorin.marketing.mail.rules.samples import SAMPLES

SANWA = Sender("株式会社三和製作所", "東京都千代田区丸の内1-1", "03-1234-5678")
ORIGIN = "https://crm.sanwa.example"


def body(*sections: str) -> str:
    inner = "".join(f"<mj-section{attributes}><mj-column>{content}</mj-column></mj-section>" for attributes, content in
                    (one if isinstance(one, tuple) else ("", one) for one in sections))  # fmt: skip
    return f"<mjml><mj-body>{inner}</mj-body></mjml>"


def text(words: str) -> str:
    return f"<mj-text>{words}</mj-text>"


def mail(*sections: str, subject: str = "件名", rules: dict[str, str] | None = None, own_text: str = ""):  # type: ignore[no-untyped-def]
    draft = Draft(subject, "前書き", bodies.cleaned(body(*sections)), text=own_text, rules=rules or {})
    return compile_mail(draft, sender=SANWA, origin=ORIGIN)


def filled(compiled, **values):  # type: ignore[no-untyped-def]
    found = personalise(compiled, Values(**values))
    return found.subject, found.html.decode(), found.text.decode()


def test_fields_are_filled_in_subject_html_and_text() -> None:
    compiled = mail(text("{{会社|貴社}} {{姓|お客さま}} 様"), subject="{{姓|お客さま}}様へ")
    subject, html, plain = filled(compiled, fields={"family_name": "髙﨑", "company": "アクメ"})
    assert subject == "髙﨑様へ"
    assert "アクメ 髙﨑 様" in html and "アクメ 髙﨑 様" in plain
    assert filled(compiled)[0] == "お客さま様へ"


def test_full_width_braces_and_english_names_mean_the_same() -> None:
    compiled = mail(text("｛｛姓｜お客さま｝｝ {{ last name | customer }}"))
    assert compiled.unknown == () and not compiled.broken
    assert "安達 安達" in filled(compiled, fields={"family_name": "安達"})[2]


def test_an_empty_default_takes_its_line_with_it() -> None:
    compiled = mail(text("{{会社|}}<br />{{姓|お客さま}} 様"))
    assert filled(compiled, fields={"family_name": "安達"})[2].strip() == "安達 様"
    assert filled(compiled, fields={"family_name": "安達", "company": "アクメ"})[2].strip() == "アクメ\n安達 様"


def test_placeholders_that_name_nothing_are_reported() -> None:
    compiled = mail(text("{{生年月日}} {{姓}}"))
    assert compiled.unknown == ("生年月日",) and compiled.without_default == ("姓",)
    assert mail(text("{{姓|お客さま} 様")).broken


def test_a_block_is_shown_to_those_for_whom_its_rule_holds() -> None:
    gated = (' css-class="if-vip paper"', text("いつもありがとうございます"))
    other = (' css-class="unless-vip"', text("はじめまして"))
    compiled = mail(text("共通"), gated, other, rules={"vip": "お得意さま"})  # type: ignore[arg-type]
    for holding, shown, hidden in ((frozenset({"vip"}), "いつも", "はじめ"), (frozenset(), "はじめ", "いつも")):
        _subject, html, plain = filled(compiled, rules=holding)
        for part in (html, plain):
            assert "共通" in part and shown in part and hidden not in part
    assert compiled.rules == {"vip"}


def test_a_text_part_written_by_hand_knows_the_same_rules() -> None:
    compiled = mail(text("本文"), rules={"vip": "お得意さま"}, own_text="A\n{{#お得意さま}}\nB\n{{/お得意さま}}\nC")
    assert filled(compiled, rules=frozenset({"vip"}))[2] == "A\nB\nC"
    assert filled(compiled)[2] == "A\nC"


def test_links_are_tracked_once_each_and_ours_are_not() -> None:
    compiled = mail(
        text(
            '<a href="https://a.example/?x=1&amp;y=2">A</a> <a href="{{配信停止}}">停止</a> <a href="tel:03">電話</a>'
        ),
        '<mj-button href="https://a.example/?x=1&amp;y=2">A</mj-button>',
    )
    assert [link.url for link in compiled.links] == ["https://a.example/?x=1&y=2"]
    _subject, html, plain = filled(
        compiled, links=["https://t.example/1?a=b&c=d"], unsubscribe="https://u.example/?t=1&s=2"
    )
    assert html.count('href="https://t.example/1?a=b&amp;c=d"') == 2 and "a.example" not in html
    assert "https://t.example/1?a=b&c=d" in plain and "https://u.example/?t=1&s=2" in plain
    assert 'href="https://u.example/?t=1&amp;s=2"' in html
    assert filled(compiled)[1].count('href="https://a.example/?x=1&amp;y=2"') == 2


def test_the_opening_picture_stands_at_the_end_and_only_when_wanted() -> None:
    compiled = mail(text("本文"))
    assert "<img" not in filled(compiled)[1]
    html = filled(compiled, pixel="https://t.example/o/1.gif")[1]
    assert html.index("https://t.example/o/1.gif") > html.index("本文")


def test_nothing_is_asked_of_other_hosts() -> None:
    compiled = mail(text("本文"), '<mj-image src="/m/abc/640.jpg" alt="絵" />')
    html = filled(compiled)[1]
    assert "fonts.googleapis" not in html and "<link" not in html and "@import" not in html
    assert f'src="{ORIGIN}/m/abc/640.jpg"' in html


def test_every_sample_compiles_without_fault_and_small() -> None:
    for sample in SAMPLES:
        for language in ("ja", "en"):
            content = sample.contents[language]
            cleaned = bodies.cleaned(sample.mjml(Palette(name="三和", language=language)))
            assert bodies.cleaned(cleaned) == cleaned
            draft = Draft(content.subject, content.preheader, cleaned, language=language)
            compiled = compile_mail(draft, sender=SANWA, origin=ORIGIN)
            assert (compiled.unknown, compiled.without_default, compiled.broken) == ((), (), False), sample.key
            assert compiled.size < 30_000
            assert f'lang="{language}"' in filled(compiled)[1]


names = st.text(max_size=40) | st.sampled_from(
    [
        "<b>太</b>",
        '"><script>alert(1)</script>',
        "{{姓}}",
        "{{/vip}}",
        "😀髙﨑",
        "\u202eevil",
        "a\r\nBcc: x@y",
        "ﷺ عربي",
        "&lt;",
    ]
)


@settings(max_examples=200)
@given(names, names)
def test_no_value_ever_becomes_markup_or_a_header(name: str, company: str) -> None:
    compiled = mail(text("[{{姓|-}}] ({{会社|-}})"), subject="{{姓|-}}")
    subject, html, plain = filled(compiled, fields={"family_name": name, "company": company})
    assert "\n" not in subject and "\r" not in subject
    assert html.count("<script") == 0 and html.count("<b>") == 0
    empty = filled(compiled, fields={})[1]
    assert html.count("<") == empty.count("<")
    clean = "".join(letter for letter in name if letter.isprintable())
    if clean == name and name and not set(name) & set("\u200e\u200f"):
        assert unescape(html).count(f"[{name}]") >= 1 and f"[{name}]" in plain


@settings(max_examples=60)
@given(names)
def test_a_mail_is_taken_by_every_server(name: str) -> None:
    compiled = mail(
        text("{{姓|お客さま}} " + "長い行" * 900),
        subject="{{姓|お客さま}}様、展示会のお礼とご案内（株式会社三和製作所より）",
    )
    subject, html, plain = filled(compiled, fields={"family_name": name})
    headers = [("From", mime.mailbox("三和製作所", "a@sanwa.example")), ("Subject", mime.header_text(subject)),
               ("MIME-Version", "1.0"), ("Content-Type", mime.content_type("=_x"))]  # fmt: skip
    raw = mime.compose(headers, mime.body_of(html=html.encode(), text=plain.encode(), boundary="=_x"))
    assert raw.isascii() and max(map(len, raw.split(b"\r\n"))) <= 998
    read = BytesParser(policy=policy.SMTP).parsebytes(raw)
    assert " ".join(str(read["Subject"]).split()) == " ".join(subject.split())
    kinds = [part.get_content_type() for part in read.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    assert "長い行" in read.get_body(("plain",)).get_content()  # type: ignore[union-attr]
