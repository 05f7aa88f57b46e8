"""Mails as bytes: what every server takes, and a signature that others verify."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default

import dkim
from hypothesis import given
from hypothesis import strategies as st

from ryorin.lib import dkim as ours
from ryorin.lib import mime

KEY = ours.make_key()


@given(st.text(max_size=300))
def test_any_text_is_a_header_of_short_ascii_lines_and_never_a_second_header(text: str) -> None:
    clean = text.encode("utf-8", "ignore").decode()
    header = mime.header_text(clean)

    assert header.isascii()
    lines = header.split("\r\n")
    assert all(len(line) < 250 for line in lines)
    assert all(line.startswith((" ", "\t")) for line in lines[1:])


def test_a_subject_reads_as_it_was_written() -> None:
    for text in ("秋のご案内", "髙﨑様へ ①㈱ 🎐", "Hello", "=?utf-8?b?x?="):
        assert str(make_header(decode_header(mime.header_text(text)))) == text


@given(st.binary(max_size=3000), st.binary(max_size=3000))
def test_no_line_of_a_body_is_too_long_for_a_server(html: bytes, text: bytes) -> None:
    body = mime.body_of(html=html, text=text, boundary="b1")
    assert max(len(line) for line in body.split(b"\r\n")) <= 998
    assert b"\n" not in body.replace(b"\r\n", b"")


def test_a_signature_holds_until_somebody_changes_a_word() -> None:
    headers = [
        ("From", mime.mailbox("両輪工業", "news@ryorin.example")),
        ("To", "ada@acme.example"),
        ("Subject", mime.header_text("秋のご案内：新しい検査カメラと、セミナーのお知らせです")),
        ("List-Unsubscribe", "<https://crm.ryorin.example/m/u/abc/>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("MIME-Version", "1.0"),
        ("Content-Type", mime.content_type("b1")),
    ]
    body = mime.body_of(html="<p>こんにちは</p>".encode(), text="こんにちは\n".encode(), boundary="b1")
    signed = ours.signature(headers, body, domain="ryorin.example", selector="s1", private_pem=KEY, at=1_700_000_000)
    mail = mime.compose([("DKIM-Signature", signed), *headers], body)
    record = ours.public_record(KEY).encode()

    def asked(_name: bytes, timeout: int = 5) -> bytes:
        return record

    assert dkim.verify(mail, dnsfunc=asked)
    assert not dkim.verify(mail.replace(b"One-Click", b"Two-Click"), dnsfunc=asked)
    assert not dkim.verify(mail.replace(b"/m/u/abc/", b"/m/u/abd/"), dnsfunc=asked)
    assert message_from_bytes(mail).get_payload()[1].get_payload(decode=True).decode() == "<p>こんにちは</p>"  # type: ignore[union-attr,index]


def test_a_mail_with_a_paper_is_read_by_others_as_text_html_and_file() -> None:
    body = mime.body_of(html=b"<p>hello</p>", text="本文".encode(), boundary="inner")
    mixed = mime.mixed_body(body, inner="inner", boundary="outer", attachments=[("議題 1.pdf", b"%PDF-1.7 paper")])
    content = mime.compose([("MIME-Version", "1.0"), ("Content-Type", mime.mixed_type("outer"))], mixed)
    read = message_from_bytes(content, policy=default)
    paper = next(read.iter_attachments())
    assert read.get_body(("plain",)).get_content().strip() == "本文"
    assert (paper.get_filename(), paper.get_content()) == ("議題 1.pdf", b"%PDF-1.7 paper")
    assert content.isascii() and max(map(len, content.split(b"\r\n"))) < 998
