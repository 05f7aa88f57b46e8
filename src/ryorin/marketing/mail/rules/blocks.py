"""The blocks mails are put together from, as MJML in the company's colour; samples and the editor use the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

INK, QUIET, LINE, GROUND, PAPER, SOFT = "#1f2430", "#5b6474", "#e1e5ec", "#f3f5f8", "#ffffff", "#f3f6fa"


@dataclass(frozen=True, slots=True)
class Palette:
    """What makes a mail the company's own: its colour, its logo (an address of ours) and its name."""

    colour: str = "#1f4e79"
    logo: str = ""
    name: str = ""
    language: str = "ja"

    @property
    def on_colour(self) -> str:
        """White or dark letters, whichever can be read on the colour."""
        red, green, blue = (_linear(int(self.colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
        return "#ffffff" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.3 else INK


def document(blocks: Sequence[str]) -> str:
    """Return the blocks as a whole mail."""
    body = "".join(blocks)
    return f'<mjml><mj-body background-color="{GROUND}" width="600px" css-class="ground">{body}</mj-body></mjml>'


def section(inner: str, *, padding: str = "8px 24px", colour: str = PAPER, css: str = "paper") -> str:
    """Return elements in one column across the mail."""
    return (
        f'<mj-section background-color="{colour}" padding="{padding}" css-class="{css}">'
        f"<mj-column>{inner}</mj-column></mj-section>"
    )


def header(palette: Palette) -> str:
    """Return the head of a mail: the logo, or the company's name where there is none."""
    if palette.logo:
        inner = (
            f'<mj-image src="{escape(palette.logo)}" alt="{escape(palette.name)}" width="160px" align="left" '
            'padding="0" css-class="logo" />'
        )
    else:
        inner = (
            f'<mj-text font-size="17px" font-weight="700" color="{INK}" padding="0" css-class="ink">'
            f"{escape(palette.name)}</mj-text>"
        )
    return section(inner, padding="22px 32px 18px")


def hero(title: str, lead: str, palette: Palette, *, kicker: str = "") -> str:
    """Return the opening in the company's colour: a short line above, the title, what it is about."""
    ink = palette.on_colour
    above = (
        f'<mj-text font-size="12px" font-weight="700" letter-spacing="1px" color="{ink}" padding="0 0 10px">'
        f"{kicker}</mj-text>"
        if kicker
        else ""
    )
    below = (
        f'<mj-text font-size="15px" line-height="1.9" color="{ink}" padding="12px 0 0">{lead}</mj-text>' if lead else ""
    )
    heading = (
        f'<mj-text font-size="26px" font-weight="700" line-height="1.5" color="{ink}" padding="0">{title}</mj-text>'
    )
    return section(above + heading + below, padding="40px 32px", colour=palette.colour, css="hero")


def heading(text: str) -> str:
    """Return a heading between blocks."""
    inner = (
        f'<mj-text font-size="18px" font-weight="700" line-height="1.6" color="{INK}" padding="0" css-class="ink">'
        f"{text}</mj-text>"
    )
    return section(inner, padding="28px 32px 10px")


def text(html: str) -> str:
    """Return paragraphs."""
    inner = f'<mj-text font-size="15px" line-height="1.9" color="{INK}" padding="0" css-class="ink">{html}</mj-text>'
    return section(inner, padding="12px 32px")


def button(label: str, palette: Palette, *, href: str = "") -> str:
    """Return the one thing to do; without an address the check asks for it."""
    target = f' href="{escape(href)}"' if href else ""
    inner = (
        f'<mj-button{target} background-color="{palette.colour}" color="{palette.on_colour}" font-size="16px" '
        f'font-weight="700" border-radius="8px" inner-padding="14px 36px" padding="0">{label}</mj-button>'
    )
    return section(inner, padding="20px 32px 24px")


def facts(rows: Sequence[tuple[str, str]]) -> str:
    """Return a small table: when, where, what it costs."""
    cells = "".join(
        f'<tr><th align="left" valign="top" width="96" style="padding:10px 12px 10px 0;border-top:1px solid {LINE};'
        f'font-weight:700;">{name}</th><td style="padding:10px 0;border-top:1px solid {LINE};">{value}</td></tr>'
        for name, value in rows
    )
    inner = (
        f'<mj-text font-size="14px" line-height="1.7" color="{INK}" padding="0" css-class="ink">'
        f'<table style="width:100%;border-collapse:collapse;"><tbody>{cells}</tbody></table></mj-text>'
    )
    return section(inner, padding="20px 32px 16px")


def points(rows: Sequence[tuple[str, str]]) -> str:
    """Return numbered points on a soft ground, each with a heading and a line."""
    inner = "".join(
        f'<mj-text font-size="15px" line-height="1.8" color="{INK}" padding="10px 0" css-class="ink">'
        f"<strong>{number}．{title}</strong><br />{line}</mj-text>"
        for number, (title, line) in enumerate(rows, start=1)
    )
    return section(inner, padding="14px 32px", colour=SOFT, css="soft")


def card(title: str, line: str, link: str, palette: Palette, *, href: str = "") -> str:
    """Return an article in a line of its own: what it says and where to read on."""
    target = f' href="{escape(href)}"' if href else ""
    more = f'<a{target} style="color:{palette.colour};font-weight:700;">{link}</a>'
    inner = (
        f'<mj-divider border-width="1px" border-color="{LINE}" padding="0 0 16px" />'
        f'<mj-text font-size="16px" font-weight="700" line-height="1.6" color="{INK}" padding="0" css-class="ink">'
        f'{title}</mj-text><mj-text font-size="14px" line-height="1.8" color="{INK}" padding="6px 0 0" '
        f'css-class="ink">{line}'
        f"<br />{more}</mj-text>"
    )
    return section(inner, padding="10px 32px 14px")


def two_columns(left: tuple[str, str], right: tuple[str, str]) -> str:
    """Return two short texts side by side; on a phone they stand one below the other."""
    columns = "".join(
        f'<mj-column padding="0 8px"><mj-text font-size="16px" font-weight="700" color="{INK}" padding="0" '
        f'css-class="ink">{title}</mj-text><mj-text font-size="14px" line-height="1.8" color="{INK}" '
        f'padding="6px 0 12px" css-class="ink">{line}</mj-text></mj-column>'
        for title, line in (left, right)
    )
    return f'<mj-section background-color="{PAPER}" padding="12px 24px" css-class="paper">{columns}</mj-section>'


def quote(words: str, who: str, palette: Palette) -> str:
    """Return what a customer said."""
    inner = (
        f'<mj-text font-size="15px" line-height="1.9" color="{INK}" padding="0" css-class="ink">「{words}」<br />'
        f"<small>{who}</small></mj-text>"
    )
    return (
        f'<mj-section background-color="{PAPER}" padding="12px 32px" css-class="paper"><mj-column '
        f'border-left="4px solid {palette.colour}" padding="4px 0 4px 16px">{inner}</mj-column></mj-section>'
    )


def picture(src: str, alt: str, *, href: str = "") -> str:
    """Return a picture across the mail."""
    source = f' src="{escape(src)}"' if src else ""
    target = f' href="{escape(href)}"' if href else ""
    return section(f'<mj-image{source}{target} alt="{escape(alt)}" padding="0" />', padding="0")


def product(name: str, line: str, price: str, palette: Palette, *, src: str = "", href: str = "") -> str:
    """Return a product of the catalogue: picture, name, price, a line about it."""
    shown = f'<mj-image src="{escape(src)}" alt="{escape(name)}" padding="0 0 12px" />' if src else ""
    link = (
        f'<mj-button href="{escape(href)}" align="left" background-color="{palette.colour}" '
        f'color="{palette.on_colour}" font-size="14px" border-radius="8px" inner-padding="9px 20px" padding="10px 0 0">'
        f"{'詳しく見る' if palette.language == 'ja' else 'See more'}</mj-button>"
        if href
        else ""
    )
    inner = (
        f'{shown}<mj-text font-size="16px" font-weight="700" color="{INK}" padding="0" css-class="ink">{name}</mj-text>'
        f'<mj-text font-size="14px" line-height="1.8" color="{INK}" padding="4px 0 0" css-class="ink">{line}'
        f"{'<br />' if line and price else ''}<strong>{price}</strong></mj-text>{link}"
    )
    return section(inner, padding="16px 32px")


def divider() -> str:
    """Return a thin line."""
    return section(f'<mj-divider border-width="1px" border-color="{LINE}" padding="0" />', padding="16px 32px")


def sign_off(language: str) -> str:
    """Return the end of a letter with the name of who looks after the customer."""
    return text("{{送信者}}<br />{{担当|担当一同}}" if language == "ja" else "{{owner|Your team}}<br />{{sender}}")


def footer(language: str) -> str:
    """Return what the law wants shown: who sends, from where, whom to complain to, and how to refuse."""
    if language == "ja":
        words = (
            "このメールは、配信に同意いただいた方、お取引や名刺交換のある方にお送りしています。<br />"
            '配信の停止をご希望の方は<a href="{{配信停止}}">こちら</a>からいつでもお手続きいただけます。'
            '<a href="{{配信設定}}">受け取る内容を変更する</a><br /><br />'
            "{{送信者}}<br />{{送信者住所}}<br />お問い合わせ：{{問い合わせ先}}"
        )
    else:
        words = (
            "You receive this mail because you agreed to hear from us or do business with us.<br />"
            'You may refuse further mails at any time: <a href="{{unsubscribe}}">unsubscribe</a>. '
            '<a href="{{preferences}}">Choose what you receive</a><br /><br />'
            "{{sender}}<br />{{sender address}}<br />Contact: {{contact}}"
        )
    inner = (
        f'<mj-text font-size="12px" line-height="1.8" color="{QUIET}" padding="0" css-class="quiet">{words}</mj-text>'
    )
    return section(inner, padding="24px 32px 32px", colour=GROUND, css="ground footer")


def notice_footer(language: str) -> str:
    """Return the foot of a notice about a dealing: who sends and whom to ask."""
    words = "{{送信者}}<br />{{送信者住所}}<br />お問い合わせ：{{問い合わせ先}}"
    if language != "ja":
        words = "{{sender}}<br />{{sender address}}<br />Contact: {{contact}}"
    inner = (
        f'<mj-text font-size="12px" line-height="1.8" color="{QUIET}" padding="0" css-class="quiet">{words}</mj-text>'
    )
    return section(inner, padding="24px 32px 32px", colour=GROUND, css="ground footer")


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
