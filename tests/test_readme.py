"""Every command of the README does what it says, in a clean checkout."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import checkout
import pytest

README = (Path(__file__).parents[1] / "README.md").read_text()
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]
SOURCE = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)[1]
SERVED, TESTED = "./scripts/demo", "./scripts/test"
MEASURED = tuple(command for command in COMMANDS if "scripts/bench.py" in command)
TILL = "Receipt,Item,Qty,Price,Time\n1,tea,2,1.50,01/03/2024 09:15\n1,scone,1,2.20,01/03/2024 09:15\n"
HEAD = "order_no,line_no,ordered_at,customer_no,email,sku,product,category,region,store,channel,payment,qty,unit_price"
BAD = f"{HEAD},discount,type,updated_at\n" + "".join(f"X{n},1,never,,,,,,,,,,?,?,,sale,\n" for n in range(40))


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return checkout.make(tmp_path_factory.mktemp("checkout") / "lakehouse")


def call(project: Path, command: str, *, code: int = 0) -> str:
    done = subprocess.run(
        command, shell=True, cwd=project, env=checkout.environment(), capture_output=True, text=True, timeout=600
    )
    assert done.returncode == code, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_two_commands_stand_first():
    assert COMMANDS[:2] == [SERVED, TESTED]


@pytest.mark.full
def test_every_command_of_the_readme(project):
    small = next(command for command in COMMANDS if command.startswith("./scripts/demo --small"))
    first = call(project, small)
    assert re.search(r"silver\.sales@shop_sales +done +50,000 +48,311 +939 +500 +250", first)
    assert "nothing new" in call(project, small)
    deliver(project / "var/landing/corner_shop/till.csv", TILL)
    (project / "conf/sources/corner_shop.yaml").write_text(SOURCE)
    for command in COMMANDS:
        if command in (small, SERVED, TESTED, *MEASURED):
            continue
        if "quarantine.py discard" in command:
            deliver(project / "var/landing/shop_sales/day-17.csv", BAD)
            call(project, ".venv/bin/python jobs/run.py --select source:shop_sales", code=1)
            assert "would be discarded" in call(project, command)
            continue
        if command.startswith("scripts/submit"):
            order = str(COMMANDS.index(command))
            text = TILL.replace("1,tea", f"{order},tea").replace("1,scone", f"{order},scone")
            deliver(project / f"var/landing/corner_shop/till-{order}.csv", text)
        said = call(project, command)
        if command == ".venv/bin/python jobs/run.py --select +gold.daily_sales":
            assert "nothing new" in said
        elif command.endswith("jobs/run.py --dry-run"):
            assert "silver.sales@corner_shop" in said
        elif command.startswith("scripts/submit jobs/run.py"):
            assert re.search(r"silver\.sales@corner_shop +done +2 +2", said)
        elif command.startswith("scripts/submit --print"):
            assert re.search(
                r"silver\.sales@corner_shop +done +2 +2", call(project, f"PATH=$PWD/.venv/bin:$PATH {said}")
            )
    exported = sorted(path.name for path in (project / "var/export").glob("*.csv"))
    assert exported == [
        "category_discounts.csv", "monthly_sales.csv", "product_sales.csv", "region_sales.csv", "sales_anomalies.csv"
    ]  # fmt: skip


@pytest.mark.rounds
def test_what_the_readme_measures(project):
    for command in MEASURED:
        assert "0 differ" in call(project, command)


@pytest.mark.full
def test_the_demo_ends_by_serving_the_app(project):
    served = subprocess.Popen(
        [SERVED, "--small"],
        cwd=project,
        env=checkout.environment(),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        address = next(found[0] for line in served.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
        assert wait_for(f"{address}/_stcore/health") == b"ok"
    finally:
        os.killpg(served.pid, signal.SIGTERM)
        served.wait()
        served.stdout.close()


def deliver(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    os.utime(file, (time.time() - 60, time.time() - 60))


def wait_for(address: str) -> bytes:
    for _ in range(120):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.read()
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{address} did not answer")
