"""Where one may call, how a call is signed, when it is tried again."""

import hashlib
import hmac
import ipaddress
from datetime import timedelta

SECONDS = 10.0  # for a whole call, from the first packet to the last
LARGEST_ANSWER = 64 * 1024
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))
MOST_FAILURES = 50  # calls in a row that were not taken, before the address is switched off
SIGNATURE, TIMESTAMP, DELIVERY = "Ryorin-Signature", "Ryorin-Timestamp", "Ryorin-Delivery"
_FORBIDDEN = tuple(
    ipaddress.ip_network(one)
    for one in ("100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")
)


def is_public(address: str) -> bool:
    """Return whether an IP address lies in the public internet: no own network, no machine's own, no metadata."""
    try:
        found: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if any(found.version == network.version and found in network for network in _FORBIDDEN):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def is_own_machine(address: str) -> bool:
    """Return whether the address is this machine's own, which only tests may call."""
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the HMAC-SHA-256 over "timestamp.body" that the receiver computes too."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def next_wait(tries: int) -> timedelta | None:
    """Return how long to wait after so many tries, None when it is given up."""
    return WAITS[tries - 1] if 0 < tries <= len(WAITS) else None


def is_taken(code: int) -> bool:
    return 200 <= code < 300
