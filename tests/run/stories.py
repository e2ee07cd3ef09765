"""Stories of a small business, told at random: what it delivered, in which order and split, and what people decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from run.buying import RATES, RATES_HEAD
from run.supplying import BUYING, BUYING_HEAD, SHELVES, SHELVES_HEAD, VENDORS, VENDORS_HEAD
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
SOURCES = {
    "desk": LINES, "tills": TILLS, "goods": GOODS, "people": PEOPLE,
    "vendors": VENDORS, "buying": BUYING, "shelves": SHELVES, "rates": RATES,
}  # fmt: skip
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
    tellers = {"desk": desk, "goods": goods, "people": people}
    tellers |= {"vendors": vendors, "buying": buying, "shelves": shelves, "rates": rates}
    for source, (head, rows) in {name: tell(chance) for name, tell in tellers.items()}.items():
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


def vendors(chance: Random) -> tuple[str, list[str]]:
    """Versions of suppliers, one of whom nothing is ordered from."""
    days = {who: chance.sample(range(1, 12), 2) for who in ("north", "south", "idle")}
    rows = [f"{who},{who.title()},{chance.randint(0, 5)},2024-03-{d:02d} 06:00:00" for who in days for d in days[who]]
    return VENDORS_HEAD, rows


def buying(chance: Random) -> tuple[str, list[str]]:
    """Lines as they were ordered and, some of them, as they were received: late, short, for another price."""
    rows = []
    for order in range(1, 7):
        sku, vendor = chance.choice(["tea", "cake"]), chance.choice(["north", "south"])
        day, lead, cost = chance.randint(1, 5), chance.randint(0, 4), chance.choice(["0.40", "0.55"])
        said = f"{order},{vendor},{sku},2024-03-{day:02d},2024-03-{day + 2:02d}"
        money = chance.choice(["USD", "USD", "EUR", "CHF"])
        rows.append(f"{said},,10,,,{cost},{money},2024-03-{day:02d} 08:00:00")
        if chance.random() < 0.8:
            got = f"2024-03-{day + lead:02d},10,{chance.choice(['10', '8'])},{chance.choice(['', '1'])}"
            rows.append(f"{said},{got},{chance.choice([cost, '0.60'])},{money},2024-03-{day + lead:02d} 18:00:00")
    return BUYING_HEAD, rows


def shelves(chance: Random) -> tuple[str, list[str]]:
    """Movements of two months on two shelves, with counts between them; some are corrected later."""
    rows = []
    for number in range(1, 21):
        sku, shelf, month = chance.choice(["tea", "cake"]), chance.choice(["A", "B"]), chance.choice(["02", "03"])
        kind = chance.choice(["receipt", "sale", "sale", "return", "write_off", "count"])
        moved = f"{number},2024-{month}-{chance.randint(1, 9):02d} {number:02d}:00:00,{sku},{shelf},{kind}"
        for changed in chance.sample(range(60), chance.randint(1, 2)):
            rows.append(f"{moved},{chance.randint(1, 9)},2024-04-01 10:{changed:02d}:00")
    return SHELVES_HEAD, rows


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
