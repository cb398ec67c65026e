"""Tables of risk: the register, one place's concerns, how good its order was.

Belongs here: from the door's answer to headed rows of text. Does not belong here: HTML, or wording that follows a rule.
"""

from __future__ import annotations

from dashboards.access import Answer
from dashboards.shared.places import Area, find_area
from dashboards.shared.readings import term_words
from dashboards.shared.request import Ask
from dashboards.shared.table import Table, listed, number_text
from dashboards.shared.wording import is_number, measured_in, text_or, value_words
from dashboards.topics.risk import sentences as registered


def authority_of(area: Area) -> str | None:
    """The authority to ask about when a whole authority is chosen, else None."""
    return area.la_code if area.partnership is None else None


def _latest_day(ask: Ask) -> str:
    """The latest term at whose end the register stands; a term nothing stands for where there is no register."""
    days = ask("risk_days").rows
    return str(days[0]["as_at"]) if days else "none"


@listed
def risk_register(
    ask: Ask, area: str | None = None, as_at: str | None = None, order: str = "score", quiet: str = "hide"
) -> Table:
    """The risk register of an area as at the end of a term, the latest unless given; `order` and `quiet` as on the page."""
    chosen, as_at = find_area(ask, area), as_at or _latest_day(ask)
    asked = {"as_at": as_at, "authority": authority_of(chosen), "partnership": chosen.partnership}
    answer, flags = ask("risk_register", **asked), ask("risk_flags", **asked)
    reasons: dict[tuple[str, str], list[str]] = {}
    for flag in flags.rows:
        reasons.setdefault((flag["area_type"], flag["area_id"]), []).append(str(flag["rule_short_name"]))
    rows = [
        [
            str(r["name"]),
            text_or(r["urn"], str(r["area_id"])),
            str(r["area_type"]),
            f"{float(r['score']):.1f}",
            f"{float(r['flag_points']):.1f}",
            f"{float(r['standing_points']):.1f}",
            registered.rank_words(r),
            f"{r['listed']:,}",
            "; ".join(reasons.get((r["area_type"], r["area_id"]), [])) or "none",
            f"{r['strong_flags']:,}",
            str(r["evidence_kind"]),
            registered.change(r).word,
            text_or(r["since"], "–"),
            "yes" if r["is_monitored"] else "no",
        ]
        for r in registered.ordered(answer.rows, order if order in registered.ORDERS else "score")
        if quiet == "show" or registered.has_something_to_say(r)
    ]
    return Table(
        "risk_register",
        f"{chosen.name}: risk register, end of {as_at}",
        (
            "School or partnership",
            "URN or code",
            "What it is",
            "Score",
            "For flags",
            "For likely standing",
            "Place",
            "of",
            "Concerns",
            "Strong or serious concerns",
            "Kind of evidence",
            "Since the term before",
            "Oldest concern since",
            "On the monitoring list",
        ),
        rows,
        frozenset({3, 4, 5, 6, 7, 9}),
        answer,
        links=[],
    )


@listed
def risk_reasons(ask: Ask, urn: str, as_at: str | None = None) -> Table:
    """One school's concerns as at the end of a term, the latest unless given."""
    as_at = as_at or _latest_day(ask)
    answer = ask("school_risk", urn=urn, as_at=as_at)
    rows = [
        [
            str(r["rule"]),
            str(r["evidence_kind"]),
            str(r["strength"]),
            str(r["evidence"]),
            number_text(r["n_evidence"]) or "nothing counted",
            text_or(r["since"]),
            f"{float(r['points']):.1f}",
            f"{r['p_value']:.5f}" if is_number(r["p_value"]) else "not a test",
            f"{r['q_value']:.5f}" if is_number(r["q_value"]) else "not a test",
            registered.rate_words(r["false_alarm_rate"])
            if is_number(r["false_alarm_rate"])
            else r["false_alarm_reason"],
            str(r["source"]),
            str(r["rule_id"]),
        ]
        for r in answer.rows
    ]
    return Table(
        "risk_reasons",
        f"Concerns about the school with URN {urn}, end of {as_at}",
        (
            "Rule",
            "Kind of evidence",
            "Strength",
            "Evidence",
            "n",
            "Since",
            "Points",
            "p",
            "q",
            "False-alarm rate",
            "Source",
            "Rule id",
        ),
        rows,
        frozenset({4, 6}),
        answer,
    )


@listed
def risk_standing(ask: Ask, urn: str, as_at: str | None = None) -> Table:
    """Where one school is likely to stand among schools of its kind, measure by measure."""
    return risk_standing_of(ask("school_risk_standing", urn=urn, as_at=as_at or _latest_day(ask)))


def risk_standing_of(answer: Answer) -> Table:
    """The table of an answer to school_risk_standing."""
    rows = [
        [
            ", ".join(text for text in (str(r["short_name"]), measured_in(str(r["unit"]))) if text),
            str(r["academic_year"]),
            value_words(r["value"], r["unit"], r["kind"], r["decimals"]),
            number_text(r["n_pupils"]) or "not published",
            f"{r['years_used']}",
            f"{100 * r['reliability']:.0f}%",
            f"{100 * r['share_better']:.0f}%" if is_number(r["share_better"]) else "no clear order",
            f"{r['n_schools']:,} {str(r['peer_kind']).replace('_', '-')}",
            f"{r['points']:.1f}",
        ]
        for r in answer.rows
    ]
    return Table(
        "risk_standing",
        "Likely standing among schools of its kind",
        (
            "Measure",
            "Year",
            "Value",
            "n (pupils)",
            "Years used",
            "How far it usually persists",
            "Likely to do better next year",
            "Among schools",
            "Points",
        ),
        rows,
        frozenset({2, 3, 4, 5, 6, 8}),
        answer,
    )


@listed
def risk_history(ask: Ask, urn: str) -> Table:
    """One school in the register, term by term."""
    return risk_history_of(ask("school_risk_history", urn=urn))


def risk_history_of(answer: Answer) -> Table:
    """The table of an answer to school_risk_history."""
    rows = [
        [
            term_words(str(r["as_at"])),
            f"{r['score']:.1f}",
            registered.rank_words(r),
            f"{r['listed']:,}",
            registered.change(r).word,
            text_or(r["reasons"], "none"),
            "yes" if r["is_monitored"] else "no",
        ]
        for r in answer.rows
    ]
    return Table(
        "risk_history",
        "The school in the register, term by term",
        ("End of", "Score", "Place", "of", "Since the term before", "Concerns", "On the monitoring list"),
        rows,
        frozenset({1, 2, 3}),
        answer,
        verdicts={4: [registered.change(r) for r in answer.rows]},
    )
