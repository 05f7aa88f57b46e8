"""Whom a signed address in a mail is about."""

from django.conf import settings
from django.http import Http404

from ryorin.marketing.mailings.models import Recipient
from ryorin.marketing.mailings.rules.tokens import Token, read_token


def told_by(text: str, *, purpose: str) -> Token:
    """Return what the token says; 404 for one that was not made here for this purpose."""
    found = read_token(text, purpose=purpose, key=settings.SECRET_KEY.encode())
    if found is None:
        raise Http404
    return found


def recipient_of(text: str, *, purpose: str) -> Recipient:
    """Return the mail the token is about; 404 where it is gone."""
    pk = told_by(text, purpose=purpose).recipient
    related = ("mailing__edition", "mailing__message", "person", "variant")
    found = Recipient.objects.select_related(*related).filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found
