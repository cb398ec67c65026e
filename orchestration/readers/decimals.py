"""Published tables that were saved where a comma stands before the decimals: 4,5 for 4.5, and 1.234 for 1,234.

Belongs here: whether a file's figures are written so, and the same figures with a point. Does not belong here: what a number
is (`values`); our own templates, in which a lone 4,5 is more likely a slip, and is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from orchestration.readers.values import is_number

#: Rows in which the way of writing is looked for. A file that shows it only below has its cells listed as unreadable.
ROWS_LOOKED_AT = 500
#: Cells that must show it: one alone may be a slip.
_AT_LEAST = 2
_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+ ?%?")
#: Three digits behind a point may be thousands.
_POINT = re.compile(r"[-+]?[0-9,]*[.]([0-9]{1,2}|[0-9]{4,}) ?%?")
_WITH_COMMA = re.compile(r"[-+]?([0-9]{1,3}([.][0-9]{3})+|[0-9]+)(,[0-9]+)? ?%?")
REMARK = "The figures are written with a decimal comma: 4,5 is read as 4.5."


def has_decimal_commas(rows: Iterable[Sequence[str]], places: Sequence[int]) -> bool:
    """Whether the cells at these places have decimal commas and never a decimal point."""
    shown = 0
    for cells in rows:
        for place in places:
            cell = cells[place] if place < len(cells) else ""
            if "," in cell and _COMMA.fullmatch(cell) and not is_number(cell.rstrip("% ")):
                shown += 1
            elif "." in cell and _POINT.fullmatch(cell):
                return False
    return shown >= _AT_LEAST


def pointed(cell: str) -> str:
    """A figure written with a decimal comma as one with a point; anything else as it is."""
    return cell.replace(".", "").replace(",", ".") if _WITH_COMMA.fullmatch(cell) else cell
