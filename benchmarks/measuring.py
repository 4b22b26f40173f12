"""CPU time of two jobs, taken in turn, and their ratio."""

import statistics
import time
from collections.abc import Callable

Job = Callable[[], object]


def cpu_microseconds(job: Job, times: int) -> float:
    """Return CPU time per call, in microseconds."""
    before = time.process_time()
    for _time in range(times):
        job()
    return (time.process_time() - before) / times * 1e6


def ratios(jobs: dict[str, Job], yardstick: Job, *, times: int, rounds: int) -> dict[str, float]:
    """Return for each job the median over rounds of its time ÷ the yardstick's, measured next to it."""
    for job in (yardstick, *jobs.values()):
        cpu_microseconds(job, max(1, times // 10))
    found: dict[str, list[float]] = {name: [] for name in jobs}
    for _round in range(rounds):
        for name, job in jobs.items():
            floor = cpu_microseconds(yardstick, times)
            found[name].append(cpu_microseconds(job, times) / floor)
    return {name: statistics.median(values) for name, values in found.items()}
