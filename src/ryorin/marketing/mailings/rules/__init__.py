"""Decisions about mailings that need no database."""

from ryorin.marketing.mailings.rules.lanes import LANES, domain_of, lane_of
from ryorin.marketing.mailings.rules.tokens import Token, link_token, read_token, token
from ryorin.marketing.mailings.rules.verdicts import Hit, verdict_on

__all__ = ["LANES", "Hit", "Token", "domain_of", "lane_of", "link_token", "read_token", "token", "verdict_on"]
