"""The app: finds its pages, lays the frame, runs the one that was asked for."""

from __future__ import annotations

import ast
from pathlib import Path

import streamlit as st

from dashboards import data, page, parts
from lakehouse.errors import LakehouseError

HERE = Path(__file__).parent
GROUPS = {"7": "Platform"}
"""Heading in the menu by the first digit of a page's file; the others stand on top."""


def title_of(view: Path) -> str:
    """`Daily sales` of `20_daily_sales.py`."""
    return view.stem.partition("_")[2].replace("_", " ").capitalize()


def declared(view: Path) -> tuple[str, str]:
    """Return the icon that a page names in `ICON` and the first line of its docstring, without running it."""
    tree = ast.parse(view.read_text(encoding="utf-8"))
    icons = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "ICON"
    ]
    return (icons[0] if icons else ""), (ast.get_docstring(tree) or "").partition("\n")[0]


def pages(folder: Path = HERE / "views") -> dict[str, list[st.Page]]:
    """Every page of the folder under its heading, in the order of the file names."""
    found: dict[str, list[st.Page]] = {}
    for place, view in enumerate(sorted(folder.glob("[0-9]*.py"))):
        icon, about = declared(view)
        entry = st.Page(
            view, title=title_of(view), icon=icon, help=about, default=place == 0, url_path=view.stem.partition("_")[2]
        )
        found.setdefault(GROUPS.get(view.stem[0], ""), []).append(entry)
    return found


def main() -> None:
    """Run the page that was asked for; a mistake in conf is shown with everything it says."""
    about = "A retail lakehouse people can trust: every row accounted for, nothing unaudited on screen."
    st.set_page_config("Lakehouse", page_icon=HERE / "logo.svg", layout="wide", menu_items={"About": about})
    st.logo(str(HERE / "logo.svg"))
    page.ground()
    chosen = st.navigation(pages())
    try:
        data.place()
    except LakehouseError as broken:
        st.html(parts.state("Conf cannot be read", str(broken), command="jobs/doctor.py", css="whole failed"))
        st.stop()
    chosen.run()


main()
