"""Every table a page shows, and the CSV of the same table.

Belongs here: one function per table, a module per topic, from the door's answer to headed rows of text. The table under a
chart, the table on a page and the download all come from here, so they cannot differ. Does not belong here: HTML.
"""

from dashboards.tables import compare, curves, impact, overview, quality, risk, schools, trends
from dashboards.tables.core import MOST_ROWS, MOST_SCHOOLS, Table, build, find_area, names, to_csv
from dashboards.tables.risk import authority_of, risk_history_of, risk_standing_of
from dashboards.tables.schools import ROLES
from dashboards.tables.trends import ORDERS, SchoolSeries, school_series

__all__ = [
    "MOST_ROWS",
    "MOST_SCHOOLS",
    "ORDERS",
    "ROLES",
    "SchoolSeries",
    "Table",
    "authority_of",
    "build",
    "compare",
    "curves",
    "find_area",
    "impact",
    "names",
    "overview",
    "quality",
    "risk",
    "risk_history_of",
    "risk_standing_of",
    "school_series",
    "schools",
    "to_csv",
    "trends",
]
