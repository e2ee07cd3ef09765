"""Look whether this machine is ready for a run, and say how to repair what is missing. Exit code 3: something is."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lakehouse.errors import LakehouseError


def main() -> int:
    """Print one line per thing; return 0, 2 (conf) or 3 (environment)."""
    parser = argparse.ArgumentParser(prog="jobs/doctor.py", description=__doc__)
    parser.add_argument("--env", default="dev")
    parser.add_argument("--conf", type=Path, default=Path("conf"))
    parser.add_argument("--json", action="store_true", help="the same as JSON")
    asked = parser.parse_args()
    try:
        from lakehouse import doctor, settings
    except ModuleNotFoundError as error:
        print(f"the package {error.name} is not installed. To repair: ./scripts/setup", file=sys.stderr)
        return 3
    try:
        findings = doctor.examine(settings.load(asked.conf, asked.env))
    except LakehouseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(doctor.report(findings, as_json=asked.json))
    return doctor.exit_code(findings)


if __name__ == "__main__":
    sys.exit(main())
