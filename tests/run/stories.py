"""Stories of a small business, told at random: what it delivered, in which order and split, and what people decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from run.buying import RATES, RATES_HEAD, RECEIPTS, RECEIPTS_HEAD
from run.tills import DESK, TILL_HEAD, TILLS, csv

ROUNDS = 3
LINES = DESK.replace("  quantity:", "  product_id:  {from: sku}\n  customer_id: {from: who}\n  quantity:")
LINES = LINES.replace("value: EUR", "value: USD")
LINES_HEAD = "order,line,sku,who,qty,price,at,changed"
GOODS = """
name: goods
doc: What the desk sells; what it sells no longer is marked.
owner: goods@example.org
read: {format: csv, path: "${landing}/goods/*.csv"}
feeds: silver.products
system: desk
deleted: {from: status, equals: [gone]}
map:
  product_id:   {from: sku}
  product_name: {from: name}
  category:     {from: kind}
  updated_at:   {from: changed, formats: ["yyyy-MM-dd HH:mm:ss"], zone: UTC}
"""
GOODS_HEAD = "sku,name,kind,changed,status"
PEOPLE = """
name: people
doc: Whom the desk sells to.
owner: people@example.org
read: {format: csv, path: "${landing}/people/*.csv"}
feeds: silver.customers
system: desk
map:
  customer_id: {from: id}
  full_name:   {from: name}
  region:      {from: region}
  updated_at:  {from: changed, formats: ["yyyy-MM-dd HH:mm:ss"], zone: UTC}
"""
PEOPLE_HEAD = "id,name,region,changed"
SOURCES = {"desk": LINES, "tills": TILLS, "goods": GOODS, "people": PEOPLE, "receipts": RECEIPTS, "rates": RATES}
UNREADABLE, REPAIRED = "many", "3"
"""A quantity that cannot be read, and what people say that it is."""
REFRESHES = ((), ("silver.sales",), ("layer:gold",), ("layer:silver", "layer:gold"), ("gold.fct_sales",))


@dataclass(frozen=True)
class Story:
    """Files by path and content, in rounds; later ones of a name replace it. Each round refreshes some tables."""

    rounds: tuple[dict[str, str], ...]
    refreshes: tuple[tuple[str, ...], ...]
    at_once: dict[str, str] = field(default_factory=dict)
    """The last content of every file, with the texts that people repaired."""


def story(seed: int) -> Story:
    """Tell one; the same seed tells the same."""
    chance = Random(seed)
    rounds: list[dict[str, str]] = [{} for _ in range(ROUNDS)]
    makers = {"desk": desk, "goods": goods, "people": people, "receipts": receipts, "rates": rates}
    for source, make in makers.items():
        head, rows = make(chance)
        for number, lines in enumerate(split(rows, chance)):
            rounds[chance.randrange(ROUNDS)][f"{source}/{number}.csv"] = csv(head, *lines)
    for place, content in sorted(zip(chance.sample(range(ROUNDS), 2), till_contents(chance), strict=True)):
        rounds[place]["tills/monday.csv"] = content
    rounds[chance.randrange(ROUNDS)]["tills/tuesday.csv"] = csv(TILL_HEAD, *till_lines(5, chance))
    refreshes = ((), *(chance.choice(REFRESHES) for _ in range(ROUNDS - 1)))
    told = {p: repaired(c) if n < ROUNDS - 1 else c for n, files in enumerate(rounds) for p, c in files.items()}
    return Story(tuple(rounds), refreshes, told)


def repaired(content: str) -> str:
    """Return the content of a desk's file as people say that it should have been."""
    return content.replace(f",{UNREADABLE},", f",{REPAIRED},")


def split(rows: list[str], chance: Random) -> list[list[str]]:
    """Put rows in any order into a few files, some into two of them."""
    shuffled = chance.sample(rows, len(rows))
    files: list[list[str]] = [[] for _ in range(4)]
    for row in shuffled:
        for number in chance.sample(range(4), 2 if chance.random() < 0.2 else 1):
            files[number].append(row)
    return [lines for lines in files if lines]


def desk(chance: Random) -> tuple[str, list[str]]:
    """Versions of order lines; each line's versions were said at different moments, on days that may move."""
    rows = []
    for order in range(1, 7):
        for line in range(1, chance.randint(2, 3)):
            for changed in chance.sample(range(60), chance.randint(1, 3)):
                quantity = UNREADABLE if chance.random() < 0.15 else chance.choice(["1", "2", "-1", "0"])
                sku, who = chance.choice(["tea", "cake", "jam", ""]), chance.choice(["ann", "bob", "cat", ""])
                sold = f"2024-03-{chance.randint(1, 9):02d} 12:00:00"
                price = chance.choice(["1.00", "2.50"])
                said = f"2024-04-01 10:{changed:02d}:00"
                rows.append(f"{order},{line},{sku},{who},{quantity},{price},{sold},{said}")
    return LINES_HEAD, rows


def goods(chance: Random) -> tuple[str, list[str]]:
    """Versions of products, among them late, repeated and deleted ones."""
    rows = []
    for sku in ("tea", "cake"):
        for day in chance.sample(range(1, 12), 3):
            kind, status = chance.choice(["Food", "Drinks"]), chance.choice(["", "", "gone"])
            rows.append(f"{sku},{sku.title()},{kind},2024-03-{day:02d} 06:00:00,{status}")
    return GOODS_HEAD, rows


def people(chance: Random) -> tuple[str, list[str]]:
    """Versions of customers."""
    days = {who: chance.sample(range(1, 12), 2) for who in ("ann", "bob")}
    rows = [
        f"{who},{who.title()} Lee,{chance.choice(['North', 'South'])},2024-03-{day:02d} 06:00:00"
        for who in days
        for day in days[who]
    ]
    return PEOPLE_HEAD, rows


def receipts(chance: Random) -> tuple[str, list[str]]:
    """Versions of purchase orders, open and received, whose day and cost may move."""
    rows = []
    for order in range(1, 5):
        sku = chance.choice(["tea", "cake"])
        for changed in chance.sample(range(60), chance.randint(1, 3)):
            came = f"2024-03-{chance.randint(1, 9):02d},5,{chance.randint(1, 5)}" if chance.random() < 0.8 else ",5,"
            cost, money = chance.choice(["0.50", "0.75"]), chance.choice(["USD", "USD", "EUR", "CHF"])
            rows.append(f"{order},1,{sku},2024-02-01,{came},{cost},{money},2024-04-01 10:{changed:02d}:00")
    return RECEIPTS_HEAD, rows


def rates(chance: Random) -> tuple[str, list[str]]:
    """Versions of the rates of some days."""
    rows = []
    for day in chance.sample(range(1, 10), 5):
        for changed in chance.sample(range(60), chance.randint(1, 2)):
            units = chance.choice(["1.25", "1.60"])
            rows.append(f"EUR,USD,2024-03-{day:02d},{units},2024-04-01 10:{changed:02d}:00")
    return RATES_HEAD, rows


def till_contents(chance: Random) -> tuple[str, str]:
    """Two contents of one file, the second of which replaces the first: with lines more, less and the same."""
    lines = till_lines(4, chance)
    later = chance.sample(lines, max(len(lines) - 1, 1)) + till_lines(4, chance)[:1]
    return csv(TILL_HEAD, *lines), csv(TILL_HEAD, *later)


def till_lines(day: int, chance: Random) -> list[str]:
    """Lines without numbers, some of them equal."""
    made = [f"{chance.randint(1, 2)},tea,{chance.randint(1, 2)},1.50,2024-03-{day:02d} 09:00:00" for _ in range(3)]
    return [*made, made[0]] if chance.random() < 0.5 else made
