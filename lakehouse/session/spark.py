"""Start and stop Spark."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakehouse.session import archive, jars, java, options

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyspark.sql import SparkSession

    from lakehouse.session.java import Java
    from lakehouse.settings.values import Settings


def start(settings: Settings, *, app: str = "lakehouse", extra: Mapping[str, str] | None = None) -> SparkSession:
    """Start a session: `settings.spark` over the defaults, `extra` over both. No network is used.

    Under spark-submit the running Java is kept, and what its command line says wins over all three.
    Raise EnvironmentFault when Java or a jar is missing.
    """
    asked = {**settings.spark, **(extra or {})}
    if "PYSPARK_GATEWAY_PORT" in os.environ:
        return _join(options.inside(asked), app)
    state, runtime = Path(settings.roots.state), java.find()
    libraries = jars.required(Path(settings.roots.jars))
    shared = archive.present(state, archive.key(runtime, libraries))
    words = archive.reading(shared) if shared else ()
    options.sweep(state)
    wanted = options.launching(asked, libraries, state, java=words, scratch=str(os.getpid()))
    return launch(runtime, wanted, app=app, state=state)


def launch(runtime: Java, settings: Mapping[str, str], *, app: str, state: Path) -> SparkSession:
    """Start a Java process of `runtime` and a session in it that has exactly `settings`."""
    with surroundings(java.launcher(runtime, state)):
        return _build(settings, app)


def stop(spark: SparkSession) -> None:
    """End the session and its Java process, unless spark-submit owns it; a later `start` begins afresh."""
    from pyspark import SparkContext

    gateway = spark.sparkContext._gateway
    spark.stop()
    if gateway is not None and gateway.proc is not None:
        end(gateway)
        SparkContext._gateway = SparkContext._jvm = None


def end(gateway: Any) -> None:
    """End the Java process behind `gateway` in good order, so that it can write what it writes on exit."""
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()


@contextmanager
def surroundings(java_home: Path) -> Iterator[None]:
    """Give the Java process, while it is started, an environment that does not depend on the user's."""
    ours = {
        "JAVA_HOME": str(java_home),
        "SPARK_HOME": str(java.spark_home()),
        "SPARK_LOCAL_IP": options.LOOPBACK,
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
    }
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _build(settings: Mapping[str, str], app: str) -> SparkSession:
    from pyspark.sql import SparkSession

    return SparkSession.Builder().appName(app).config(map=dict(settings)).getOrCreate()


def _join(settings: Mapping[str, str], app: str) -> SparkSession:
    from pyspark import SparkConf, SparkContext

    SparkContext._ensure_initialized()
    given = SparkConf()
    missing = {name: value for name, value in settings.items() if not given.contains(name)}
    return _build(missing, app)
