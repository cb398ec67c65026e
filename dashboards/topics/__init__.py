"""The topics of the dashboards, a folder each, found by themselves.

Belongs here: one folder a topic with `page.py` (its head and its entry in the navigation), `choice.py` (what the address
chooses), `section_….py` (the parts of the page), `questions.py` (SQL over the marts), `tables.py` (what a page shows and a
download holds) and `sentences.py` (what is said); a topic has those it needs, and a small page has its sections in `page.py`.
Does not belong here: what several topics share (see `dashboards.shared`), or the pieces of a page (see `dashboards.ui`).
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from types import ModuleType


@functools.cache
def load(part: str) -> tuple[ModuleType, ...]:
    """The modules `part` (page, questions, tables, …) of every topic, by the names of the topics.

    A topic may have several of a kind: `page_school.py` beside `page.py`. It registers what it has when its modules are
    imported, so nothing lists the topics anywhere.
    """
    found = []
    for topic in pkgutil.iter_modules(__path__):
        inside = importlib.import_module(f"{__name__}.{topic.name}")
        for module in pkgutil.iter_modules(inside.__path__):
            if module.name == part or module.name.startswith(f"{part}_"):
                found.append(importlib.import_module(f"{inside.__name__}.{module.name}"))
    return tuple(found)
