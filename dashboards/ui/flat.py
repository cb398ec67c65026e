"""Components that only show something, as one piece of HTML.

Belongs here: which parts of a page need no component of their own, and their HTML. Does not belong here: what they show, or how
the piece is put into its place (see `assets/flat.js`).
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

#: The attribute that carries the inside of an element as HTML.
INSIDE = "data-inside"
_NAMES = {"className": "class", "htmlFor": "for"}
_VOID = frozenset({"img", "br", "wbr", "input", "hr"})


def raw(markup: str) -> html.Div:
    """A box whose inside is `markup`: HTML or SVG of the house, in which every text from elsewhere is escaped."""
    return html.Div(**{INSIDE: markup})


def flat(node: Any) -> Any:
    """The same components, of which each part that only shows something is one element with its inside as HTML.

    What can be used, and what is found by its id, stays a component of its own.
    """
    if isinstance(node, (list, tuple)):
        return [flat(one) for one in node]
    if not isinstance(node, Component):
        return node
    children = getattr(node, "children", None)
    if children is None:
        return node
    if node._namespace == "dash_html_components" and _only_shows(children):
        if _has_elements(children):
            del node.children
            setattr(node, INSIDE, _markup(children))
        return node
    node.children = flat(children)
    return node


def _only_shows(node: Any) -> bool:
    if node is None or isinstance(node, (str, int, float)):
        return True
    if isinstance(node, (list, tuple)):
        return all(_only_shows(one) for one in node)
    return (
        (isinstance(node, dcc.Link) or getattr(node, "_namespace", "") == "dash_html_components")
        and not hasattr(node, "id")
        and _only_shows(getattr(node, "children", None))
    )


def _has_elements(node: Any) -> bool:
    if isinstance(node, (list, tuple)):
        return any(_has_elements(one) for one in node)
    return isinstance(node, Component)


def _markup(node: Any) -> str:
    if node is None or isinstance(node, bool):
        return ""
    if isinstance(node, (list, tuple)):
        return "".join(_markup(one) for one in node)
    if not isinstance(node, Component):
        return escape(str(node), quote=False)
    props = {name: value for name, value in node.to_plotly_json()["props"].items() if value is not None}
    inside = props.pop(INSIDE, None)
    children = props.pop("children", None)
    link = isinstance(node, dcc.Link)
    tag = "a" if link else node._type.lower()
    attributes = "".join(_attribute(name, value) for name, value in props.items()) + (" data-link" if link else "")
    if tag in _VOID:
        return f"<{tag}{attributes}>"
    if link and children is None:
        children = props["href"]
    return f"<{tag}{attributes}>{_markup(children) if inside is None else inside}</{tag}>"


def _attribute(name: str, value: Any) -> str:
    name = _NAMES.get(name, name if name.startswith(("data-", "aria-")) else name.lower())
    if value is True:
        return f" {name}"
    if value is False:
        return ""
    if isinstance(value, dict):
        value = ";".join(f"{_dashed(key)}:{text}" for key, text in value.items())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        value = " ".join(str(one) for one in value)
    return f' {name}="{escape(str(value))}"'


def _dashed(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
