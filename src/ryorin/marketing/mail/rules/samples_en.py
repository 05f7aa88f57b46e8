"""What the samples say in English: subject, preheader, blocks."""

from ryorin.marketing.mail.rules.blocks import (
    Palette,
    button,
    card,
    facts,
    footer,
    header,
    heading,
    hero,
    points,
    quote,
    sign_off,
    text,
    two_columns,
)

GREETING = "Dear {{first name|customer}},"


def thanks(palette: Palette) -> list[str]:
    return [
        header(palette),
        hero("Thank you for your time", "", palette, kicker="THANK YOU"),
        text(
            f"{GREETING}<br /><br />Thank you for hearing us out the other day. From what you told us, we put together "
            "three things that may help."
        ),
        points(
            [
                ("Your situation on one page", "What we heard, ready to be shown to colleagues."),
                ("A customer like you", "What a company of your size did in its first three months."),
                ("What it costs", "An estimate by size. A formal quotation takes two working days."),
            ]
        ),
        button("See the documents", palette),
        text("If anything is unclear, simply answer this mail."),
        sign_off("en"),
        footer("en"),
    ]


def documents(palette: Palette) -> list[str]:
    return [
        header(palette),
        text(f"{GREETING}<br /><br />Thank you for asking for our documents. They are ready for you now."),
        button("Download the documents", palette),
        heading("Pages to read first"),
        facts(
            [
                ("Page 3", "What changes in daily work"),
                ("Page 8", "Questions others asked"),
                ("Page 12", "Costs, and how long it takes to start"),
            ]
        ),
        text("We are glad to show you more in a 30-minute call. Send us two or three times that suit you."),
        sign_off("en"),
        footer("en"),
    ]


def seminar(palette: Palette) -> list[str]:
    return [
        header(palette),
        hero(
            "First steps to lighter work",
            "Sixty minutes, three ways you can try tomorrow, all from practice.",
            palette,
            kicker="FREE ONLINE SEMINAR",
        ),
        facts(
            [
                ("When", "XX, 14:00–15:00 (doors open 13:50)"),
                ("Where", "Online; the address follows your registration"),
                ("Fee", "Free"),
                ("Seats", "100, first come, first served"),
            ]
        ),
        button("Register", palette),
        heading("Programme"),
        points(
            [
                ("What happens on the floor", "Three moments where work gets stuck"),
                ("Small beginnings", "How one company cut overtime without hiring"),
                ("Your questions", "Also those you send us beforehand"),
            ]
        ),
        text("Cannot join? Choose “recording” when you register, and we will send it to you."),
        footer("en"),
    ]


def newsletter(palette: Palette) -> list[str]:
    return [
        header(palette),
        hero(
            "This month’s reading",
            "Three short pieces for your work, {{first name|dear reader}}.",
            palette,
            kicker="NEWSLETTER",
        ),
        card(
            "What fast hand-overs have in common",
            "Companies that hand a lead to sales within a day told us what they agreed on. (3 minutes)",
            "Read on",
            palette,
        ),
        card(
            "Customer analysis with three numbers",
            "Last purchase, number of purchases, amount: whom to call next. (5 minutes)",
            "Read on",
            palette,
        ),
        card("New in the product", "Save a filtered list and share it with your team. (1 minute)", "See how", palette),
        quote(
            "Our morning meeting is 15 minutes shorter. Nobody looks for numbers any more.",
            "Sales planning, manufacturer",
            palette,
        ),
        two_columns(
            ("Next seminar", "XX, 14:00, online."),
            ("Tell us", "Which topic would you like to read about? Answer this mail."),
        ),
        footer("en"),
    ]


def notice(palette: Palette) -> list[str]:
    return [
        header(palette),
        heading("Our opening hours change"),
        text(f"{GREETING}<br /><br />Please note our new opening hours."),
        facts(
            [
                ("From", "XX"),
                ("New hours", "Monday to Friday, 9:00–17:30"),
                ("Until now", "Monday to Friday, 9:00–18:00"),
            ]
        ),
        text("We thank you for your understanding."),
        sign_off("en"),
        footer("en"),
    ]


def survey(palette: Palette) -> list[str]:
    return [
        header(palette),
        hero(
            "Three minutes, please",
            "Five questions. What you say decides what we improve next.",
            palette,
            kicker="SURVEY",
        ),
        text(f"{GREETING}<br /><br />You have been with us for three months. What works, and what does not?"),
        button("Answer the survey", palette),
        facts(
            [
                ("Time", "About 3 minutes, 5 questions"),
                ("Until", "XX"),
                ("Used for", "Improving product and support; never published with your name"),
                ("In return", "We send you the results"),
            ]
        ),
        footer("en"),
    ]


def campaign(palette: Palette) -> list[str]:
    return [
        header(palette),
        hero("Half the set-up fee this autumn", "For orders until XX.", palette, kicker="LIMITED TIME"),
        text(f"{GREETING}<br /><br />As a thank-you for your loyalty, here is an offer for a limited time."),
        facts(
            [
                ("Period", "XX to XX"),
                ("Offer", "50 % off the set-up fee"),
                ("For", "New orders within the period"),
                ("Please note", "Cannot be combined with other discounts"),
            ]
        ),
        button("See the offer", palette),
        heading("Why customers choose us"),
        two_columns(
            ("Ready at once", "Set up in 30 minutes, without a specialist."),
            ("Somebody answers", "By phone and by mail, after the start as well."),
        ),
        footer("en"),
    ]


def dormant(palette: Palette) -> list[str]:
    return [
        header(palette),
        text(f"{GREETING}<br /><br />It has been a while since your last order. Is there anything we can help with?"),
        heading("What changed in the past year"),
        points(
            [
                ("Faster delivery", "Five days shorter on average."),
                ("Small orders welcome", "From a single piece, at the same shipping cost."),
                ("One person to ask", "The same contact for every product."),
            ]
        ),
        button("Tell us how you are doing", palette),
        text("If you do not need us now, answer “no, thank you” and we will stop writing."),
        sign_off("en"),
        footer("en"),
    ]


def plain(palette: Palette) -> list[str]:
    return [
        text(f"{GREETING}<br /><br />Write your text here.<br /><br />With kind regards,"),
        sign_off("en"),
        footer("en"),
    ]


CONTENTS = {
    "thanks": ("Thank you for the other day", "Three documents from what you told us.", thanks),
    "documents": ("The documents you asked for", "Ready to read. Start with page 3.", documents),
    "seminar": ("Free seminar: first steps to lighter work", "Three ways to try tomorrow, in 60 minutes.", seminar),
    "newsletter": ("This month: what fast hand-overs have in common", "Three short pieces.", newsletter),
    "notice": ("Our opening hours change", "New hours from XX.", notice),
    "survey": ("Three minutes for a survey", "Five questions that decide what we improve.", survey),
    "campaign": ("Half the set-up fee this autumn", "For orders until XX.", campaign),
    "dormant": ("{{first name|Hello}}, how are you doing?", "What changed in the past year, in short.", dormant),
    "plain": ("A word from us", "", plain),
}
