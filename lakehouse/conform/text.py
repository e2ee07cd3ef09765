"""Text as delivered, made comparable: trimmed, without suffix, without words for nothing, spelled and cased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.columns import sentence_case, title_case

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyspark.sql import Column

    from lakehouse.settings.values import Case, Mapped

BLANKS = " \t\n\r\u00a0\u2007\u202f\u3000\u200b\ufeff"
"""Every character that is trimmed: among them no-break blanks and the byte order mark."""

CASES: Mapping[Case, Callable[[Column], Column]] = {
    "upper": F.upper,
    "lower": F.lower,
    "title": title_case,
    "sentence": sentence_case,
}


def meant_text(trimmed_text: Column, mapped: Mapped) -> Column:
    """Drop the suffix, and turn empty text and the words of `nulls` (ignoring case) into NULL."""
    return without_nulls(without_suffix(trimmed_text, mapped.drop_suffix), mapped.nulls)


def trimmed(text: Column) -> Column:
    """`text` without BLANKS at either end.

    Plain blanks go first and fast; the slow search for all others runs only where one may be left.
    """
    bare = F.trim(text)
    not_ascii = F.octet_length(bare) != F.length(bare)
    ends_blank = F.endswith(bare, F.lit("\n")) | F.endswith(bare, F.lit("\r")) | F.endswith(bare, F.lit("\t"))
    return F.when(not_ascii | ends_blank | (bare < "!"), F.trim(text, F.lit(BLANKS))).otherwise(bare)


def without_suffix(text: Column, suffix: str) -> Column:
    """`text` without `suffix`, where it ends so."""
    if not suffix:
        return text
    return F.when(F.endswith(text, F.lit(suffix)), F.left(text, F.length(text) - len(suffix))).otherwise(text)


def without_nulls(text: Column, nulls: tuple[str, ...]) -> Column:
    """NULL for empty text and for the words that stand for nothing, ignoring case."""
    if not nulls:
        return F.when(text != "", text)
    return F.when(~F.lower(text).isin("", *sorted({word.lower() for word in nulls})), text)


def respelled(text: Column, spellings: Mapping[str, str]) -> Column:
    """`text`, or what `spellings` says for it; its keys match ignoring case."""
    known = {wrong.lower(): right for wrong, right in spellings.items()}
    pairs = [F.lit(word) for pair in known.items() for word in pair]
    return F.coalesce(F.try_element_at(F.create_map(*pairs), F.lower(text)), text)


def cased(text: Column, case: Case) -> Column:
    """`text` in the letter case that the source asks for."""
    return CASES[case](text) if case else text
