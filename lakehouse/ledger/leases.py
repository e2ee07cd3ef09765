"""Leases: who may write, proved by a heartbeat; an expired or dead holder's is taken over."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from lakehouse.errors import LeaseHeld
from lakehouse.ledger.records import now
from lakehouse.ops.leases import leases

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lakehouse.lake import Lake

LIFETIME = timedelta(seconds=90)
HEARTBEAT_SECONDS = 20.0
TICK_SECONDS = 1.0
"""How soon a process that was stopped for a while notices it."""
NEWEST = """
    SELECT * FROM leases
    WHERE lease = '{0}' AND term = (SELECT max(term) FROM leases WHERE lease = '{0}')
    ORDER BY at DESC
"""


@dataclass(frozen=True)
class Lease:
    """A claim on what `name` protects, in its `term`-th holder's hands."""

    name: str
    term: int
    holder: str
    expires_at: datetime


@contextmanager
def held(lake: Lake, name: str) -> Iterator[Lease]:
    """Hold a lease while the block runs. Raises LeaseHeld, naming the holder, when another process has it."""
    lease = _take(lake, name)
    stop = threading.Event()
    beat = threading.Thread(target=_keep, args=(lake, lease, stop), daemon=True)
    beat.start()
    try:
        yield lease
    finally:
        stop.set()
        beat.join()
        _write(lake, lease, lasting=timedelta(0))


def holder_of(lake: Lake, name: str) -> Lease | None:
    """Return who holds the lease now; None when it is free."""
    last = _newest(lake, name)
    return last if last and last.expires_at > now() and not _is_dead(last.holder) else None


def _take(lake: Lake, name: str) -> Lease:
    if current := holder_of(lake, name):
        raise LeaseHeld(name, holder=current.holder, until=f"{current.expires_at:%H:%M:%S} UTC")
    last = _newest(lake, name)
    lease = Lease(name, (last.term if last else 0) + 1, _me(), now() + LIFETIME)
    _write(lake, lease, lasting=LIFETIME)
    winner = _newest(lake, name) or lease
    if winner.holder != lease.holder:
        raise LeaseHeld(name, holder=winner.holder, until=f"{winner.expires_at:%H:%M:%S} UTC")
    return lease


def _first_of_term(lake: Lake, name: str, term: int) -> str:
    """Two processes may claim one term at the same moment; the order of the log decides."""
    claims = [json.loads(commit["claim"]) for commit in reversed(lake.commits("ops.leases")) if "claim" in commit]
    return next(str(c["holder"]) for c in claims if (c["lease"], c["term"]) == (name, term))


def _newest(lake: Lake, name: str) -> Lease | None:
    """Return the newest term in the hands of who holds it; a refused claim leaves a row too, which says nothing."""
    if not lake.exists("ops.leases"):
        return None
    rows = lake.read(NEWEST.format(name), leases="ops.leases").to_pylist()
    if len({row["holder"] for row in rows}) > 1:
        holder = _first_of_term(lake, name, rows[0]["term"])
        rows = [row for row in rows if row["holder"] == holder]
    return Lease(name, rows[0]["term"], rows[0]["holder"], rows[0]["expires_at"]) if rows else None


def _write(lake: Lake, lease: Lease, *, lasting: timedelta) -> None:
    at = now()
    row = {"lease": lease.name, "term": lease.term, "holder": lease.holder, "expires_at": at + lasting, "at": at}
    lake.append(
        leases, [row], about={"claim": json.dumps({"lease": lease.name, "term": lease.term, "holder": lease.holder})}
    )


def _keep(lake: Lake, lease: Lease, stop: threading.Event) -> None:
    """Renew the lease; a process that slept or was cut off past its end stops at once, for another may write now."""
    renewed = now()
    while not stop.wait(min(TICK_SECONDS, HEARTBEAT_SECONDS)):
        if now() - renewed > LIFETIME:
            _stop_writing(lease)
        if (now() - renewed).total_seconds() >= HEARTBEAT_SECONDS:
            with suppress(Exception):  # whatever keeps it from the lake now, the next beat may get through
                _write(lake, lease, lasting=LIFETIME)
                renewed = now()


def _stop_writing(lease: Lease) -> None:
    """End the process as if it were killed: what it began, the next run finishes."""
    lost = f"the lease {lease.name!r} could not be renewed for {LIFETIME.seconds} s and may have another holder"
    sys.stderr.write(f"{lost}; this run ends here, the next one goes on with what it began\n")
    sys.stderr.flush()
    os._exit(LeaseHeld.exit_code)


def _me() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def _is_dead(holder: str) -> bool:
    """Say whether a holder on this machine no longer runs; of other machines only the expiry tells."""
    host, pid, started = holder.rsplit(":", 2)
    return host == socket.gethostname() and _started(int(pid)) != started


def _started(pid: int) -> str:
    """Return the start of a process in clock ticks, so that a number used again is not taken for the same process.

    One that was killed and that its parent has not asked about yet (a zombie) is gone.
    """
    stat = Path(f"/proc/{pid}/stat")
    if stat.exists():
        state, *words = stat.read_text().rpartition(")")[2].split()
        return "gone" if state in "ZX" else words[18]
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return "gone"
    except PermissionError:
        return "running"
    return "running"
