"""How Great Expectations builds a result page for us: the new ones only, without an outside request, no index.

Great Expectations finds these classes by their names in the configuration of the site.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from great_expectations.data_context.types.resource_identifiers import SiteSectionIdentifier, ValidationResultIdentifier
from great_expectations.render.renderer.site_builder import DefaultSiteSectionBuilder, SiteBuilder
from great_expectations.render.view.view import DefaultJinjaPageView

from lakehouse.gate.page import localised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from great_expectations.core import ExpectationSuiteValidationResult


class Site(SiteBuilder):
    """A site of result pages; what they show besides comes from `lakehouse.gate.site`."""

    def build(self, resource_identifiers: Sequence[Any] = (), build_index: bool = True) -> tuple[str, None]:  # noqa: ARG002, FBT001, FBT002  # signature of the base class
        """Write the pages of these results."""
        self.site_section_builders["validations"].build(resource_identifiers)
        return self.get_resource_url(only_if_exists=False) or "", None


class NewPages(DefaultSiteSectionBuilder):
    """Writes the pages of the results named, without listing the stored ones."""

    def build(self, resource_identifiers: Sequence[Any] = ()) -> None:
        """Write one page per result."""
        for key in resource_identifiers or ():
            if isinstance(key, ValidationResultIdentifier):
                self._write(key)

    def _write(self, key: ValidationResultIdentifier) -> None:
        result = self.source_store.get(key)
        html = _view().render(self.renderer_class.render(result), show_how_to_buttons=False)  # type: ignore[no-untyped-call]
        place = SiteSectionIdentifier(site_section_name=self.name, resource_identifier=key)
        title = result.asset_name or self.name
        depth = len(key.to_tuple())  # type: ignore[no-untyped-call]
        page = localised(html, to_root="../" * depth, title=title, names=_names(result))
        self.target_store.set(place, page)


@cache
def _view() -> DefaultJinjaPageView:
    """Return the one view: each has templates of its own, which are compiled when they are first used."""
    return DefaultJinjaPageView()


def _names(result: ExpectationSuiteValidationResult) -> dict[str, str]:
    """Return the rule behind each helper column."""
    configs = [outcome.expectation_config for outcome in result.results if outcome.expectation_config]
    named = {config.kwargs.get("column", ""): config.meta["rule"] for config in configs}
    return {column: rule for column, rule in named.items() if column.startswith("_")}
