"""Decisions about mails without a database: reading, cleaning, compiling, filling in, judging."""

from ryorin.marketing.mail.rules.compiling import CompiledMail, Draft, Link, Sender, compile_mail
from ryorin.marketing.mail.rules.fields import FIELDS, MailField, mentions
from ryorin.marketing.mail.rules.personal import Personal, Values, personalise

__all__ = [
    "FIELDS",
    "CompiledMail",
    "Draft",
    "Link",
    "MailField",
    "Personal",
    "Sender",
    "Values",
    "compile_mail",
    "mentions",
    "personalise",
]
