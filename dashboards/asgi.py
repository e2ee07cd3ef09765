"""The server: `streamlit run dashboards/asgi.py`. Serves the app, the data docs and the font; no other route."""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

HOME = Path(__file__).parents[1]
if str(HOME) not in sys.path:
    sys.path.insert(0, str(HOME))

from dashboards import data, look  # noqa: E402 - the project must be on the path first
from lakehouse.errors import LakehouseError  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from starlette.responses import Response
    from starlette.routing import BaseRoute

POLICY = "default-src 'self' 'unsafe-inline' data:; frame-ancestors 'self'"


class Docs(StaticFiles):
    """The data docs; they may load nothing from elsewhere."""

    async def check_config(self) -> None:
        """Let the folder come later: before the first run there are no docs, and a page of them is not found."""

    def file_response(self, *args: Any, **named: Any) -> Response:
        """Send a file with the policy that keeps it on this server."""
        response = super().file_response(*args, **named)
        response.headers["Content-Security-Policy"] = POLICY
        return response


def routes() -> Sequence[BaseRoute]:
    """Return the routes beside the app; the docs need a readable conf and a folder, the font its package."""
    found: list[BaseRoute] = []
    if folder := look.font_folder():
        found.append(Mount(look.FONT_ROUTE, StaticFiles(directory=folder)))
    try:
        docs = data.place().docs
    except LakehouseError:
        return found
    if "://" in docs:
        return found
    return [*found, Mount("/quality-docs", Docs(directory=docs, html=True, check_dir=False))]


@asynccontextmanager
async def warm(_: st.App) -> AsyncIterator[None]:
    """Import what the first page needs before anybody asks for it."""
    import plotly.graph_objects  # noqa: F401 - slow to import, so once and early

    yield


app = st.App(str(Path(__file__).with_name("app.py")), routes=routes(), lifespan=warm)
