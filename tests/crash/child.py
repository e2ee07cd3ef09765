"""Runs in processes that die: reads orders as JSON lines, forks for each, answers how the process ended.

An order names `home` and `landing`, and may name tables to refresh (`full_refresh`) and a moment: `point` (in the
words of points.py), its `turn` (the how many-th time) and `seconds` to go on after it. The process and its Java, where
it started one, end then as `kill -9` ends them. With `port` and `secret` the run uses the Java process behind them
instead of its own. Everything is imported once, before the first fork; no thread and no connection exists by then.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from crash import house, points  # noqa: E402 — found by the path just set

import lakehouse.gate.engine  # noqa: E402 — the slowest of all imports
import lakehouse.run.executing  # noqa: E402, F401
from lakehouse import session  # noqa: E402
from lakehouse.plan import Selection  # noqa: E402


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            play(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(json.dumps(os.waitstatus_to_exitcode(status)), flush=True)


def play(order: dict[str, Any]) -> None:
    """Run once, in a process group of its own, and end without ceremony."""
    os.setsid()
    home = Path(order["home"])
    log = os.open(home / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    code = 70
    try:
        if "port" in order:
            share_java(order["port"], order["secret"])
        points.watch(killer(order, home / "events.txt"))
        house.shrink()
        refresh = Selection(full_refresh=tuple(order.get("full_refresh", ())))
        code = house.run(home, Path(order["landing"]), selection=refresh)
    finally:
        sys.stdout.flush()
        os._exit(code)


def killer(order: dict[str, Any], events: Path) -> Any:
    """Note every moment; at the one ordered, die."""
    seen: Counter[str] = Counter()
    moment = (order.get("point"), order.get("turn", 1))

    def told(label: str) -> None:
        seen[label] += 1
        with events.open("a") as file:
            file.write(f"{label}\n")
        if (label, seen[label]) == moment:
            die(order.get("seconds"))

    return told


def die(seconds: float | None) -> None:
    """End this process and its Java at once, or a while into what comes next."""

    def now() -> None:
        time.sleep(seconds or 0)
        os.killpg(0, signal.SIGKILL)

    if seconds is None:
        now()
    threading.Thread(target=now, daemon=True).start()


def share_java(port: int, secret: str) -> None:
    """Use a session of another process's Java, with settings of its own."""
    os.environ |= {"PYSPARK_GATEWAY_PORT": str(port), "PYSPARK_GATEWAY_SECRET": secret}
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    gateway = launch_gateway()
    theirs = gateway.jvm.org.apache.spark.sql.classic.SparkSession.getDefaultSession().get()
    java = gateway.jvm.JavaSparkContext.fromSparkContext(theirs.sparkContext())
    context = SparkContext(gateway=gateway, jsc=java, conf=SparkConf(_jconf=java.getConf()))
    spark = SparkSession(context, theirs.newSession())
    gateway.jvm.org.apache.spark.sql.classic.SparkSession.setDefaultSession(theirs)
    session.start = lambda *_, **__: spark
    session.stop = lambda _: None


if __name__ == "__main__":
    main()
