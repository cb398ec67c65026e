"""The named questions the dashboards ask of the published warehouse, one module per topic.

Belongs here: SQL over the schema `marts`, a sentence saying what one row is, typed parameters. Does not belong here:
statistics (they are marts), rules of sharing (the door), wording and drawing (the pages). A new question is one call
of `question(...)` in its topic's module.
"""

from dashboards.questions import compare, curves, impact, methods, overview, places, quality, risk, school, trends
from dashboards.questions.catalog import CATALOG, Question, UnknownQuestion

__all__ = [
    "CATALOG",
    "Question",
    "UnknownQuestion",
    "compare",
    "curves",
    "impact",
    "methods",
    "overview",
    "places",
    "quality",
    "risk",
    "school",
    "trends",
]
