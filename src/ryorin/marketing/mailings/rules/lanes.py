"""Which provider receives an address: those who watch the pace have a lane of their own."""

LANES: dict[str, tuple[str, ...]] = {
    "gmail.com": ("gmail.com", "googlemail.com"),
    "yahoo.co.jp": ("yahoo.co.jp", "ymail.ne.jp", "ybb.ne.jp"),
    "docomo.ne.jp": ("docomo.ne.jp",),
    "au.com": ("au.com", "ezweb.ne.jp"),
    "softbank.ne.jp": ("softbank.ne.jp", "i.softbank.jp", "disney.ne.jp", "ymobile.ne.jp", "y-mobile.ne.jp"),
    "icloud.com": ("icloud.com", "me.com", "mac.com"),
    "outlook.com": ("outlook.com", "outlook.jp", "hotmail.com", "hotmail.co.jp", "live.jp", "live.com", "msn.com"),
}
_LANE_OF = {domain: lane for lane, domains in LANES.items() for domain in domains}


def domain_of(address: str) -> str:
    """Return the domain of an address in small letters, "" for what is none."""
    return address.rpartition("@")[2].strip().lower()[:253]


def lane_of(domain: str) -> str:
    """Return the lane of a domain: the provider's name, "" for all the rest."""
    if domain.endswith(".vodafone.ne.jp"):
        return "softbank.ne.jp"
    return _LANE_OF.get(domain, "")
