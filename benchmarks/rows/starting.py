"""From the command to the first page, and what an installation holds while nobody asks for anything."""

import subprocess
import sys
import time

from benchmarks.bench import Bench, counted
from benchmarks.clocking import memory_of
from benchmarks.results import Bar, Result
from benchmarks.serving import HOST, environment, free_port, wait_for

REST = 5.0  # seconds until the worker has come up and nothing more is being loaded


def start(bench: Bench) -> list[Result]:
    times: list[float] = []
    memory = None
    for _ in range(bench.scale.starts):
        port = free_port()
        command = [sys.executable, "-m", "ryorin", "up", "--empty", "--no-browser", "--address", f"{HOST}:{port}"]
        started = time.perf_counter()
        process = subprocess.Popen(command, env=environment(bench.world.home), stdout=subprocess.DEVNULL)
        try:
            wait_for(port, process, path="/accounts/login/")
            times.append(time.perf_counter() - started)
            if len(times) == bench.scale.starts:
                time.sleep(REST)
                memory = memory_of(process.pid)
        finally:
            process.terminate()
            process.wait(60)
    return [
        Result(
            work="start to first page; memory at rest",
            size=counted(bench.scale.people, "people"),
            times=tuple(times),
            memory=memory,
            bars=(Bar("p50", most=4.0), Bar("memory", most=400e6)),
        )
    ]
