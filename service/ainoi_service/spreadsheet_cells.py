"""Lines of a CSV file that spreadsheets read as they are meant: exports of the service and results of the batch run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

_STARTS_FORMULA = frozenset("=+-@\t\r\n＝＋－＠|%")


def csv_line(cells: Iterable[object], *, end: str = "\r\n") -> str:
    """One line (RFC 4180), closed by ``end``; what a spreadsheet would take for a formula is made harmless."""
    line = io.StringIO()
    # whatever ends the line here, a cell with either of these in it must stand in quotes
    csv.writer(line, lineterminator="\r\n").writerow(
        [_harmless(cell) if isinstance(cell, str) else cell for cell in cells]
    )
    return line.getvalue().removesuffix("\r\n") + end


def _harmless(cell: str) -> str:
    """``cell`` so that no spreadsheet takes it for a formula: an apostrophe goes before what would begin one.

    (https://owasp.org/www-community/attacks/CSV_Injection; blanks before the sign do not help it.)
    """
    first = cell.lstrip(" \u00a0\u200b\ufeff")[:1]
    return "'" + cell if first in _STARTS_FORMULA and first else cell
