"""Taking turns: whoever holds the lease does the work; a holder that died is replaced."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction

from ryorin.lib import clock
from ryorin.workspace.leases.models import Lease


@contextmanager
def hold(name: str, *, seconds: int = 60) -> Iterator[bool]:
    """This context will be entered with True when this process got the lease, and give it back at the end."""
    got = take(name, seconds=seconds)
    try:
        yield got
    finally:
        if got:
            give_back(name)


def take(name: str, *, seconds: int = 60) -> bool:
    """This function will take or prolong the lease and return whether this process holds it now."""
    now = clock.now()
    with transaction.atomic():
        lease, _created = Lease.objects.select_for_update().get_or_create(name=name, defaults={"until": now})
        if lease.holder not in ("", here()) and lease.until > now and not is_dead(lease.holder):
            return False
        lease.holder, lease.until = here(), now + timedelta(seconds=seconds)
        lease.save(update_fields=["holder", "until"])
    return True


def give_back(name: str) -> None:
    """This function will let others take the lease at once, if this process holds it."""
    Lease.objects.filter(name=name, holder=here()).update(until=clock.now(), holder="")


def report(name: str, *, error: str = "") -> None:
    """This function will note how the work under the lease went; an empty error means it was done just now."""
    outcome = {"last_error": error} if error else {"last_error": "", "last_done_at": clock.now()}
    Lease.objects.filter(name=name).update(**outcome)


def here() -> str:
    """Return the name of this process: host and process id."""
    return f"{socket.gethostname()}:{os.getpid()}"


def is_dead(holder: str) -> bool:
    """Return whether the holder was a process of this machine that no longer runs."""
    host, _colon, pid = holder.rpartition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
