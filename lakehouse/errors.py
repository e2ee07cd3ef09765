"""Every error a user can do something about, in one tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class LakehouseError(Exception):
    """Root of everything a user can do something about; a job returns `exit_code`."""

    exit_code = 1


@dataclass(frozen=True)
class Problem:
    """One mistake in a file that a person wrote."""

    file: str
    key: str
    what: str
    instead: str = ""

    def __str__(self) -> str:
        hint = f" Did you mean {self.instead!r}?" if self.instead else ""
        return f"{self.file}: {self.key}: {self.what}.{hint}"


class ConfigError(LakehouseError):
    """Conf, a contract or a source is wrong. All mistakes at once; nothing was read or written."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class EnvironmentFault(LakehouseError):  # noqa: N818 — Python has an EnvironmentError of another meaning
    """Something on the machine is missing (Java, jars, disk); `repair` says how to mend it. Nothing was written."""

    exit_code = 3

    def __init__(self, what: str, *, repair: str) -> None:
        self.what, self.repair = what, repair
        super().__init__(f"{what}. To repair: {repair}")


class LeaseHeld(LakehouseError):  # noqa: N818 — says what holds, which is no error
    """Another process holds the lease that this one needs. Nothing was written."""

    exit_code = 4

    def __init__(self, lease: str, *, holder: str, until: str) -> None:
        self.lease, self.holder, self.until = lease, holder, until
        super().__init__(f"lease {lease!r} is held by {holder} until {until}; wait for it to end, or start again then")


class StepFailed(LakehouseError):  # noqa: N818 — says what happened, as its kinds below do
    """A step ended before its table was published; `landed` says what is in the lake all the same."""

    def __init__(self, step: str, *, what: str, landed: str) -> None:
        self.step, self.what, self.landed = step, what, landed
        super().__init__(f"{step}: {what}. {landed}")


class BrokenGate(StepFailed):
    """The gate itself cannot be trusted: an expectation raised, or Spark and Great Expectations disagree."""


class Unbalanced(StepFailed):
    """read is not published + quarantined + duplicate + superseded."""
