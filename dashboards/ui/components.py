"""The pieces every page is made of.

Belongs here: boxes, verdicts and findings, pictures, links to downloads, the source line, empty and hidden states. Does not
belong here: the frame (see `dashboards.ui.shell`), filters, tables and charts (beside this file), or what any one page says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dash import html

from dashboards.figures import svg
from dashboards.shared.finding import Finding, Verdict
from dashboards.shared.request import address
from dashboards.shared.wording import measured_in, text_or


def moment(value: datetime) -> str:
    """A date and time as it is read aloud."""
    return f"{value.day} {value:%B %Y}, {value:%H:%M}"


def pill(verdict: Verdict, suffix: str = "") -> html.Span:
    """A verdict as shape, colour and word."""
    return html.Span(
        [html.Span(verdict.shape, **{"aria-hidden": "true"}), f" {verdict.word}{suffix}"],
        className=f"pill {verdict.tone}",
        title=verdict.reason,
    )


def picture(document: str, alt: str, class_name: str = "") -> html.Img:
    """A server-made SVG with its alternative text."""
    return html.Img(src=svg.data_uri(document), alt=alt, className=class_name)


def panel(title: str, body: Sequence[Any], download: Any = None, note: str = "") -> html.Section:
    """A white box with its heading at the left and downloads at the right."""
    return html.Section(
        [
            html.Div([html.H2(title), download], className="section-head"),
            html.P(note, className="note") if note else None,
            *body,
        ],
        className="section",
    )


def download_link(name: str, **parameters: str | None) -> html.A:
    """A link to the CSV of a table; it works without a script and asks the door again."""
    return html.A(
        "Download CSV", href=address(f"/download/{name}.csv", **parameters), className="button", download=True
    )


def under(year: Any, unit: Any) -> str:
    """What stands small under an indicator's short name: the year, and the unit where a figure does not show it."""
    return ", ".join(text for text in (text_or(year), measured_in(text_or(unit))) if text)


#: What stands where a reader is shown nothing: it is the same whether or not there is anything.
NOTHING_SHARED = "Nothing here is shown to you. Below is what would have to be shared, and by whom."


def nothing(text: str, hidden: Sequence[str] = ()) -> html.P:
    """That there is nothing to show, and why; where something is not shown to this reader, nothing is said of what there is."""
    return html.P(NOTHING_SHARED if hidden else text, className="nothing")


def hidden(reasons: Sequence[str]) -> Any:
    """What was held back, and why; nothing when nothing was."""
    if not reasons:
        return None
    return html.Div([html.Strong("Not shown: "), " ".join(dict.fromkeys(reasons))], className="hidden-state")


def empty(title: str, text: str, *more: Any) -> html.Div:
    """An empty state: what is missing and what to do."""
    return html.Div([html.H2(title), html.P(text), *more], className="empty-state")


def provenance(
    answer: Any, publisher: str = "", sources: Sequence[str] = (), releases: Sequence[str] = (), n: str = ""
) -> str:
    """Where figures come from: publisher and files, release, as-at date, n."""
    files = [name for name in dict.fromkeys(source.rsplit("/", 1)[-1] for source in sources) if name]
    kept = [name for name in dict.fromkeys(releases) if name]
    named = f"{files[0]} and {len(files) - 1} other files" if len(files) > 2 else " and ".join(files)
    parts = [f"Source: {publisher or 'the schools’ and partnerships’ own returns'}{f' ({named})' if named else ''}."]
    if kept:
        parts.append(f"Release: {', '.join(kept)}.")
    parts.append(f"As at {moment(answer.built_at)}.")
    if n:
        parts.append(f"n\u00a0=\u00a0{n}.")
    return " ".join(parts)


def findings(
    found: Sequence[Finding], links: Mapping[str, Any] | None = None, ordered: bool = False
) -> html.Ul | html.Ol:
    """Findings as a list: verdict and subject, the sentence, the question it leads to, the rule with a link to the rest.

    An `ordered` list is read from the top, each by its subject; in any other the verdict comes first.
    """
    drawn = [_finding(one, (links or {}).get(one.topic), ordered) for one in found]
    return html.Ol(drawn, className="asks") if ordered else html.Ul(drawn, className="asks")


def _finding(one: Finding, link: Any, subject_first: bool) -> html.Li:
    marks = [
        pill(one.verdict) if one.verdict else None,
        html.Span(one.subject, className="ask") if one.subject else None,
    ]
    shown = [mark for mark in (reversed(marks) if subject_first else marks) if mark is not None]
    head = html.P([shown[0], *(part for mark in shown[1:] for part in (" ", mark))]) if shown else None
    return html.Li(
        [
            head,
            html.P(one.sentence),
            html.P(one.ask, className="ask") if one.ask else None,
            html.P([f"Rule: {one.rule}.", " " if link else None, link], className="rule"),
        ]
    )
