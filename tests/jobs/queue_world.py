"""A worker and a sender of the tests, with one task that leaves a mark: queue_world.py work | send FILE."""

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ryorin.config.settings")
django.setup()

from huey.contrib.djhuey import task  # noqa: E402

from ryorin.jobs.worker import work  # noqa: E402


@task()
def leave_mark(file: str) -> None:
    Path(file).write_text("done")


if __name__ == "__main__":
    if sys.argv[1] == "work":
        work(threads=1)
    else:
        leave_mark(sys.argv[2])
