"""Children end with the process that started them, even when it is killed without a chance to tell them."""

import os
import signal
import threading
import time

VARIABLE = "RYORIN_PARENT"
SECONDS_TO_FINISH = 15.0


def end_with_parent() -> None:
    """This function will stop this process once the one that announced itself as its parent is gone."""
    parent = os.environ.pop(VARIABLE, "")
    if parent:
        threading.Thread(target=watch, args=(int(parent),), name="parent", daemon=True).start()


def announce() -> None:
    """This function will tell processes started from here on to end with this one."""
    os.environ[VARIABLE] = str(os.getpid())


def watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SECONDS_TO_FINISH)
    os._exit(1)
