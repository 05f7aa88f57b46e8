"""Children of `ryorin up` end with it, even when it is killed without a chance to tell them."""

import os
import signal
import threading
import time

VARIABLE = "RYORIN_PARENT"


def end_with_parent() -> None:
    """This function will stop this process once the `ryorin up` that started it, if one did, is gone."""
    parent = os.environ.pop(VARIABLE, "")
    if parent == str(os.getppid()):
        threading.Thread(target=watch, args=(int(parent),), name="parent", daemon=True).start()


def watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
