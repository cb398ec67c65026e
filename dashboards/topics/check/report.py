"""The report of a check as panels of the page: what each table of the file is, what to put right, handing it over.

Belongs here: how a report is drawn. Does not belong here: its words (`sentences`), the form above it (`page`), who may ask
for it (`routes`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from dash import html

from dashboards.topics.check import sentences
from dashboards.topics.check.checker import Checked
from dashboards.ui import components as c

#: Problems drawn on the page; all are counted.
LISTED = 1000


def panels(checked: Checked) -> list[Any]:
    """The report: what each table of the file is, what to put right, and handing over where it is clean."""
    tables = checked.report["tables"]
    parts = [_table(table, checked) for table in tables]
    problems = list(sentences.problems(tables))
    if problems:
        parts.append(_to_put_right(problems, sentences.problem_count(tables)))
    if checked.clean:
        parts.append(
            c.panel(
                "Hand it over",
                [
                    html.P(sentences.before_handing_over(tables)),
                    html.Button(
                        f"Hand over {checked.name}",
                        id="check-hand-over",
                        type="button",
                        className="button strong",
                        **{"data-sha256": checked.sha256},
                    ),
                ],
            )
        )
    return parts


def next_steps(placed: PurePath) -> html.Section:
    """The panel for a file that was handed over."""
    return c.panel("What happens next", [html.P(sentences.after_handing_over(placed))])


def _table(table: dict[str, Any], checked: Checked) -> html.Section:
    facts = sentences.facts(table, checked)
    listed = [
        ("Columns that are used", table["columns_recognised"]),
        ("Columns that are not used", table["columns_unknown"]),
    ]
    return c.panel(
        table["name"],
        [
            html.P([c.pill(sentences.verdict(table)), " ", sentences.reason(table)]),
            *(html.P(remark, className="note") for remark in sentences.remarks(table)),
            html.Dl([html.Div([html.Dt(term), html.Dd(text)]) for term, text in facts], className="facts")
            if facts
            else None,
            *(
                html.Details([html.Summary(f"{title} ({len(names)})"), html.P(", ".join(names), className="names")])
                for title, names in listed
                if names
            ),
        ],
    )


def _to_put_right(problems: Sequence[tuple[str, str, str, str]], count: int) -> html.Section:
    headings = ("Where", "Column", "Value", "What to put right")
    shown = problems[:LISTED]
    cut = f"The first of each kind are listed: {len(shown):,} of {count:,} problems." if count > len(shown) else ""
    table = html.Table(
        [
            html.Caption("Every problem, by row", className="visually-hidden"),
            html.Thead(html.Tr([html.Th(text, scope="col") for text in headings])),
            html.Tbody([_problem(problem, headings) for problem in shown]),
        ],
        className="table stacks sentences",
    )
    return c.panel(
        "What to put right",
        [html.Div(table, className="scroll", tabIndex=0, role="region", **{"aria-label": "What to put right"})],
        note=f"The row number counts as in the file: the headings are row 1. {cut}",
    )


def _problem(problem: tuple[str, str, str, str], headings: Sequence[str]) -> html.Tr:
    where, *rest = problem
    return html.Tr(
        [
            html.Th(where, scope="row"),
            *(
                html.Td(html.Span(text), **{"data-label": label})
                for text, label in zip(rest, headings[1:], strict=True)
            ),
        ]
    )
