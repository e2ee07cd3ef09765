"""What a session is told: defaults of the lakehouse, and how they become launch options of Java."""

from __future__ import annotations

import hashlib
import os
import shutil
from typing import TYPE_CHECKING

from lakehouse.errors import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

LOOPBACK = "127.0.0.1"
SCRATCH = "spark"

SQL = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.shuffle.partitions": "2",
    "spark.databricks.delta.snapshotPartitions": "1",
    # Java never compiles a method of more bytes; such a stage is better run operator by operator
    "spark.sql.codegen.hugeMethodLimit": "8000",
    # the Unicode library behind initcap costs ten times what Java's own case rules cost
    "spark.sql.icu.caseMappings.enabled": "false",
    "spark.sql.parquet.compression.codec": "zstd",
    # INT96, the default, has no statistics in the file's footer
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # dates before 1582 are what they say, whoever wrote the file
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInWrite": "CORRECTED",
    # staged rows lie in a folder by outcome: written side by side instead of sorted
    "spark.sql.maxConcurrentOutputFileWriters": "8",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""Hold wherever the session runs."""

LOCAL = {
    "spark.master": "local[*]",
    "spark.driver.memory": "3g",
    "spark.driver.host": LOOPBACK,
    "spark.driver.bindAddress": LOOPBACK,
}
"""Hold when the lakehouse starts Java itself."""

JIT = {
    # one tier has 48 MB for compiled code: a run of a dozen tables fills them and is interpreted from then on
    "small": ("-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=240m"),
    "large": (
        "-XX:Tier4InvocationThreshold=25000",
        "-XX:Tier4MinInvocationThreshold=5000",
        "-XX:Tier4CompileThreshold=50000",
        "-XX:Tier4BackEdgeThreshold=200000",
    ),
    "default": (),
}
"""How eagerly Java compiles: `small` for tests and up to some 500,000 rows, `large` above, `default` for long runs."""

LOG = """\
rootLogger.level = error
rootLogger.appenderRef.terminal.ref = terminal
logger.gateway.name = org.apache.spark.api.python.PythonGatewayServer
logger.gateway.level = error
appender.terminal.type = Console
appender.terminal.name = terminal
appender.terminal.target = SYSTEM_ERR
appender.terminal.layout.type = PatternLayout
appender.terminal.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n%ex
"""

_JIT, _JAVA, _PATH = "lakehouse.jit", "spark.driver.extraJavaOptions", "spark.driver.extraClassPath"


def inside(asked: Mapping[str, str]) -> dict[str, str]:
    """Return the settings for a Java process that already runs."""
    return {**SQL, **{name: value for name, value in asked.items() if name != _JIT}}


def launching(
    asked: Mapping[str, str],
    jars: Sequence[Path],
    state: Path,
    *,
    java: Sequence[str] = (),
    scratch: str = "submitted",
) -> dict[str, str]:
    """Return the settings for a Java process about to be started.

    `java` holds further options of its command line; `scratch` names the folder for what it spills: a process id for
    a process that can be found to be gone, or a name for one that is started by others.
    """
    spilled = state.resolve() / SCRATCH / scratch
    spilled.mkdir(parents=True, exist_ok=True)
    wanted = {**LOCAL, "spark.local.dir": str(spilled), "spark.sql.warehouse.dir": str(state.resolve() / "warehouse")}
    wanted |= inside(asked)
    words = ["-XX:+UseSerialGC", "-XX:-UsePerfData", "-Duser.timezone=UTC", f"-Djava.io.tmpdir={spilled}"]
    # an archive that does not fit is reported on standard output otherwise
    words += ["-Xlog:disable", f"-Dlog4j2.configurationFile={_log(state)}", *_compiler(asked.get(_JIT, "small"))]
    wanted[_JAVA] = " ".join([*(f'"{word}"' for word in (*words, *java)), asked.get(_JAVA, "")]).strip()
    path = ":".join(map(str, jars))
    for name in (_PATH, "spark.executor.extraClassPath"):
        wanted[name] = ":".join(filter(None, [path, asked.get(name, "")]))
    return wanted


def sweep(state: Path) -> None:
    """Remove what killed processes left of what they spilled."""
    for left in (state / SCRATCH).glob("*"):
        if left.name.isdigit() and not _runs(int(left.name)):
            shutil.rmtree(left, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _compiler(choice: str) -> tuple[str, ...]:
    if choice not in JIT:
        raise ConfigError([Problem("spark", _JIT, f"{choice!r} is none of {', '.join(JIT)}")])
    return JIT[choice]


def _log(state: Path) -> str:
    """Write how Java logs, under a name that follows from the text, and return its address."""
    name = hashlib.sha256(LOG.encode()).hexdigest()[:12]
    file = state.resolve() / "java" / f"log4j2-{name}.properties"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(f".{os.getpid()}")
        draft.write_text(LOG)
        draft.replace(file)
    return file.as_uri()
