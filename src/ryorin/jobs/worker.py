"""The worker: carries out queued tasks and attends to the duties until it is told to stop."""

import logging
import signal
import threading

from django.utils.module_loading import autodiscover_modules
from huey.consumer import Consumer
from huey.contrib.djhuey import HUEY

from ryorin.jobs.schedule import duties
from ryorin.jobs.scheduler import Scheduler

log = logging.getLogger(__name__)

SECONDS_TO_FINISH = 20.0
CHECK_THREADS_EVERY = 10.0


def work(*, threads: int) -> None:
    """This function will work until SIGTERM or SIGINT, then finish what is in hand and return."""
    autodiscover_modules("tasks")
    stopped = threading.Event()
    consumer: Consumer = HUEY.create_consumer(workers=threads, periodic=False, max_delay=1.0)
    consumer.shutdown_timeout = SECONDS_TO_FINISH
    consumer.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopped.set())
    scheduler = Scheduler(duties())
    scheduler.start()
    log.info("worker ready: %d duties, %d task threads", len(scheduler.duties), threads)
    while not stopped.wait(CHECK_THREADS_EVERY):
        consumer.check_worker_health()
    log.info("worker stopping")
    scheduler.stop(timeout=SECONDS_TO_FINISH)
    consumer.stop(graceful=True)
