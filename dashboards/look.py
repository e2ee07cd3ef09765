"""How things look: colours of both themes, the style sheet, and every format of a number, date or age."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

Mode = Literal["light", "dark"]
FONT = "Inter, 'Source Sans', system-ui, sans-serif"
STYLE = Path(__file__).with_name("look.css")
FONT_ROUTE = "/fonts"


@dataclass(frozen=True)
class Theme:
    """Colours of one mode. Text colours reach 4.5:1 on `card` and `canvas`, marks 3:1 on `card`."""

    mode: Mode
    canvas: str
    card: str
    inset: str
    line: str
    text: str
    muted: str
    primary: str
    link: str
    good: str
    warn: str
    bad: str
    mark: str
    """The one colour of data."""
    second: str
    previous: str
    """What it is compared with."""
    grid: str


LIGHT = Theme(
    "light", canvas="#F5F7FA", card="#FFFFFF", inset="#F3F5F8", line="#E1E6ED", text="#101828", muted="#5B6778",
    primary="#145CCB", link="#145CCB", good="#0A7A55", warn="#9A5B00", bad="#B3261E", mark="#145CCB",
    second="#DB7C1B", previous="#7C8798", grid="#DDE2EA",
)  # fmt: skip
DARK = Theme(
    "dark", canvas="#0B1019", card="#131A26", inset="#1B2433", line="#232D3D", text="#E8EDF5", muted="#9BA9BD",
    primary="#2F6FE0", link="#7BADFF", good="#3DD6A5", warn="#FFB454", bad="#FF7A70", mark="#7BADFF",
    second="#E9944F", previous="#8391A7", grid="#2A3547",
)  # fmt: skip


def theme(mode: str | None) -> Theme:
    """Return the theme of a mode; light when it is not known yet."""
    return DARK if mode == "dark" else LIGHT


@cache
def style_sheet() -> str:
    """Return the whole style sheet: tokens of both themes as variables, the font where it is installed, the rules."""
    colours = (field.name for field in fields(Theme) if field.name != "mode")
    tokens = "".join(f"--{name}:light-dark({getattr(LIGHT, name)},{getattr(DARK, name)});" for name in colours)
    return f"{font_face()}.stApp{{{tokens}}}\n{STYLE.read_text()}"


def font_folder() -> Path | None:
    """Return the folder of the installed Inter files, or None."""
    found = find_spec("fontpkg_inter")
    folder = Path(found.origin).with_name("files") if found and found.origin else None
    return folder if folder and folder.joinpath("Inter[opsz,wght].ttf").exists() else None


def font_face() -> str:
    """Return the rule that loads Inter from this server; empty where it is not installed (Source Sans then)."""
    if font_folder() is None:
        return ""
    address = f"{FONT_ROUTE}/Inter%5Bopsz%2Cwght%5D.ttf"
    return f"@font-face{{font-family:Inter;font-weight:100 900;font-display:swap;src:url('{address}')}}\n"


SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
MISSING = "–"


def money(value: float | None, currency: str) -> str:
    """`$19.61M`: three to four digits that matter, with the symbol or code of the currency."""
    return MISSING if value is None else signed(value, f"{unit_of(currency)}{short(abs(value))}")


def exact_money(value: float | None, currency: str) -> str:
    """`$529,441`: to the whole unit."""
    return MISSING if value is None else signed(value, f"{unit_of(currency)}{abs(value):,.0f}")


def price(value: float | None, currency: str) -> str:
    """`$63.63`: to the hundredth."""
    return MISSING if value is None else signed(value, f"{unit_of(currency)}{abs(value):,.2f}")


def unit_of(currency: str) -> str:
    """`$` of `USD`; a currency without a symbol is written out: `CHF `."""
    return SYMBOLS.get(currency, f"{currency} ")


def signed(value: float, text: str) -> str:
    """`text` with a true minus sign in front when the value is negative."""
    return f"−{text}" if value < 0 else text


def short(value: float | None) -> str:
    """`308.2K` of 308,214; whole below ten thousand."""
    if value is None:
        return MISSING
    for least, unit, digits, letter in ((9.9995e8, 1e9, 2, "B"), (9.9995e5, 1e6, 2, "M"), (1e4, 1e3, 1, "K")):
        if abs(value) >= least:
            return f"{value / unit:,.{digits}f}{letter}"
    return f"{value:,.0f}"


def count(value: float | None) -> str:
    """`1,204`."""
    return MISSING if value is None else f"{value:,.0f}"


def share(value: float | None, digits: int = 1) -> str:
    """`2.9 %` of 0.029; what is not zero is never shown as zero."""
    if value is None:
        return MISSING
    least = 10**-digits / 100
    return f"< {least:.{digits}%}" if 0 < value < least / 2 else f"{value + 0.0:.{digits}%}"


def points(value: float | None) -> str:
    """`2.89 pt`: a difference of two shares, without its sign."""
    return MISSING if value is None else f"{abs(value) * 100:.2f} pt"


def change(now: float | None, before: float | None) -> float | None:
    """Relative change; None where there is nothing to compare with."""
    return None if now is None or not before else now / before - 1


def day(value: date) -> str:
    """`17 Mar 2024`."""
    return f"{value.day} {value:%b %Y}"


def span(start: date, end: date) -> str:
    """`19 Dec 2023 – 17 Mar 2024`; the year once when it is the same, one day alone as itself."""
    if start == end:
        return day(end)
    return f"{start.day} {start:%b}{'' if start.year == end.year else f' {start.year}'} – {day(end)}"


def age(at: datetime, now: datetime | None = None) -> str:
    """`2 min ago`."""
    seconds = max(0, int(((now or datetime.now(UTC)) - at).total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return "just now"


def seconds(value: float | None) -> str:
    """`83 s`, `4.2 s` or `12 min`."""
    if value is None:
        return MISSING
    return f"{value / 60:.0f} min" if value >= 600 else f"{value:.0f} s" if value >= 10 else f"{value:.1f} s"


def plural(number: int, one: str, many: str = "") -> str:
    """`1 rule`, `3 rules`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
