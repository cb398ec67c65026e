"""The controls of a page's filter row: each is one value of the address.

Belongs here: a control and the name of its value in the address. Does not belong here: what happens when it is used (see
`dashboards.ui.callbacks`), or which filters a page has.
"""

from __future__ import annotations

from collections.abc import Sequence

import dash_mantine_components as dmc

from dashboards.shared.places import Area
from dashboards.shared.request import Ask

#: Letters of the longest option from which a filter gets a telephone's whole width: a few letters cut off are still read.
_HALF_A_TELEPHONE = 26


def select(
    name: str,
    label: str,
    options: Sequence[tuple[str, str]],
    value: str | None,
    default: str | None = None,
    searchable: bool = False,
    width: int = 220,
) -> dmc.Select:
    """A filter whose value is the query value `name`; it leaves the address when it is the default."""
    return dmc.Select(
        id={"type": "filter", "name": name, "default": default or ""},
        label=label,
        value=value,
        data=[{"value": key, "label": text} for key, text in options],
        allowDeselect=False,
        searchable=searchable,
        w={"base": "100%", "xs": width},
        comboboxProps={"withinPortal": False, "width": "target", "shadow": "md"},
        maxDropdownHeight=320,
        nothingFoundMessage="Nothing found",
        openOnFocus=False,
        className="long" if any(len(text) > _HALF_A_TELEPHONE for _, text in options) else None,
    )


def goto(label: str, options: Sequence[tuple[str, str]], value: str | None, width: int = 320) -> dmc.Select:
    """A filter that leads to another page: its options are paths."""
    return dmc.Select(
        id={"type": "goto", "name": "school"},
        label=label,
        value=value,
        searchable=True,
        allowDeselect=False,
        data=[{"value": key, "label": text} for key, text in options],
        w={"base": "100%", "xs": width},
        maxDropdownHeight=320,
        comboboxProps={"withinPortal": False, "width": "target", "shadow": "md"},
        nothingFoundMessage="Nothing found",
        openOnFocus=False,
        placeholder="Type part of a name",
    )


def switch(name: str, label: str, value: str, on: str, off: str) -> dmc.Switch:
    """A filter of two states: `on` and `off` are its query values, and the latter leaves the address."""
    return dmc.Switch(
        id={"type": "switch", "name": name, "default": off, "on": on, "off": off},
        label=label,
        checked=value == on,
        color="navy",
        className="switch",
    )


def search_box(name: str, label: str, value: str | None, placeholder: str) -> dmc.TextInput:
    """A search filter; it is applied on Enter or when the box is left."""
    return dmc.TextInput(
        id={"type": "filter", "name": name, "default": ""},
        label=label,
        value=value or "",
        debounce=True,
        placeholder=placeholder,
        w={"base": "100%", "xs": 360},
    )


def area_filter(
    listed: Sequence[Area],
    area: Area,
    default: Area | None = None,
    label: str = "Partnership or authority",
    width: int = 250,
) -> dmc.Select:
    """The filter of every page about an area; `default` is the area of an address that names none."""
    options = [(one.key, one.label) for one in listed]
    return select("area", label, options, area.key, (default or listed[0]).key, searchable=True, width=width)


def pupils_filter(ask: Ask, breakdown: str, width: int = 230) -> dmc.Select:
    """The filter of groups of pupils."""
    options = [(str(row["breakdown_id"]), str(row["name"])) for row in ask("breakdowns").rows]
    return select("breakdown", "Pupils", options, breakdown, "all", width=width)
