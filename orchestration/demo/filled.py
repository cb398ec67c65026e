"""What partnerships write into the product's templates: reviews, maturity, commitments, impact, events, support, curves.

Here: rows of every template that `evidence` does not fill, one function each, in the order of the contract's columns.
Not here: columns and files (`orchestration/templates.py` writes them from the contracts), who belongs where (`schools`).
Everybody is a post; nobody has a name. What is planted here is named in `schools.PLANTED` like all else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final

import numpy as np

from orchestration.demo.evidence import items, review_day, reviewed_in, term_start
from orchestration.demo.published import Table
from orchestration.demo.schools import LA_CODE, MEMBERSHIPS, PARTNERSHIPS, PLANTED, TERMS, YEARS, School, members_on

_LAGGING = PLANTED["lagging_check_ins"]["partnership_id"]
_DRIFTING = PLANTED["drifting_away"]["partnership_id"]
_SILENT = PLANTED["untold_lessons"]["partnership_id"]
_RISING = PLANTED["closed_gaps"]["partnership_id"]
_END = date(2019, 8, 31)
"""Last day the forms know of: nothing that would be later has happened yet."""

_TOPICS = ("reading", "writing", "mathematics", "attendance", "inclusion", "early_years", "leadership", "curriculum")
_FOCUSES = {
    "reading": ("Reading for meaning", "pupils read for meaning in every subject"),
    "writing": ("Writing at length", "pupils write at length with purpose"),
    "mathematics": ("Reasoning in mathematics", "pupils explain how they reason"),
    "attendance": ("Attendance", "families and school act early on absence"),
    "inclusion": ("Inclusion in lessons", "every pupil takes part in every lesson"),
    "early_years": ("Talk in the early years", "adults extend what children say"),
    "leadership": ("Middle leadership", "subject leaders change what happens in lessons"),
    "curriculum": ("A connected curriculum", "pupils connect what they learn"),
}


def _label(year: int) -> str:
    return f"{year - 1}/{year % 100}"


def _terms() -> list[tuple[int, str, str, date]]:
    return [(year, term, f"{_label(year)} {term}", term_start(year, term)) for year in YEARS for term in TERMS]


def _rng(seed: int, *parts: int) -> np.random.Generator:
    return np.random.default_rng([seed, *parts])


def _pick(rng: np.random.Generator, values: tuple[str, ...]) -> str:
    return values[int(rng.integers(0, len(values)))]


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None and day <= _END else ""


def _hosts(seed: int) -> list[tuple[str, str, School, str, int, date, np.random.Generator]]:
    """(review_id, partnership_id, host, term, year, day of the review, generator) of every review."""
    found = []
    for year in YEARS:
        for position, term in enumerate(TERMS):
            for pid, school in reviewed_in(year, term):
                day = review_day(seed, year, position, school)
                rng = _rng(seed, year, position, school.estab, 41)
                review_id = f"R-{pid}-{year}-{school.estab}"
                found.append((review_id, pid, school, f"{_label(year)} {term}", year, day, rng))
    return found


#: Long after today, so that the demonstration shows what agreements do while they hold.
_AGREED_UNTIL: Final = "2095-08-31"


def agreements(seed: int) -> Table:
    """Every partnership, its members and the authority; one school has not signed and one has withdrawn.

    Schools and partnerships say what they share of their own; the authority is there as the one that receives.
    """
    rows: Table = []
    of_schools = (
        ("reviews", "named", "board"),
        ("reviews", "named", "authority"),
        ("transition_points", "named", "heads_group"),
        ("transition_points", "aggregate", "board"),
        ("transition_points", "aggregate", "authority"),
        ("reflection", "anonymous", "board"),
        ("reflection", "aggregate", "heads_group"),
        ("reflection", "aggregate", "authority"),
        ("impact", "named", "authority"),
        ("findings", "named", "heads_group"),
        ("voices", "verbatim", "board"),
        ("engagement", "named", "board"),
        ("engagement", "named", "authority"),
    )
    of_partnerships = (
        ("curves", "named", "heads_group"),
        ("curves", "named", "authority"),
        ("maturity", "named", "heads_group"),
        ("maturity", "named", "authority"),
        ("engagement", "named", "heads_group"),
        ("engagement", "named", "authority"),
    )
    for number, partnership in enumerate(PARTNERSHIPS, start=1):
        members = [m for m in MEMBERSHIPS if m.partnership_id == partnership.partnership_id]
        parties = [("authority", LA_CODE, "recipient", "Director of education"),
                   ("partnership", partnership.partnership_id, "joint_controller", "Chair"),
                   *(("school", str(m.urn), "joint_controller", "Head teacher") for m in members)]  # fmt: skip
        for place, (kind, party, role, signatory) in enumerate(parties):
            unsigned = number == 3 and place == len(parties) - 1
            withdrawn = number == 4 and place == 3
            grants = {"school": of_schools, "partnership": of_partnerships}.get(
                kind, (("reviews", "named", "authority"),)
            )
            for dataset, granularity, audience in grants:
                rows.append(
                    [f"A-{number:03d}", kind, party, role, "" if unsigned else signatory,
                     "" if unsigned else f"2018-09-{10 + place:02d}",
                     "To agree priorities of the partnership and to see whether they were met", "6(1)(e)", "", dataset, "",
                     granularity, audience, "Official", "Termly", "Six years after the agreement ends, then deleted",
                     "Data protection officer", "",
                     "2018-09-01", "2019-07-15", _AGREED_UNTIL, "2019-03-31" if withdrawn else "",
                     "Past reports stay as issued" if withdrawn else ""]
                )  # fmt: skip
    return rows


def reviews(seed: int) -> Table:
    """One row per review held; check-ins lag in one cluster, lessons stay untold in another."""
    rows: Table = []
    for review_id, pid, school, term, _, day, rng in _hosts(seed):
        title, clause = _FOCUSES[_pick(rng, _TOPICS)]
        baseline = int(rng.integers(1, 4))
        aspiration = min(5, baseline + int(rng.integers(1, 3)))
        agreed = day + timedelta(days=int(rng.integers(8, 22)))
        late = int(rng.integers(45, 120)) if pid == _LAGGING else int(rng.integers(-8, 15))
        check_in = agreed + timedelta(days=90 + late)
        closed = aspiration - baseline if pid == _RISING else int(rng.integers(0, aspiration - baseline + 1))
        shared = "" if pid == _SILENT else _day(check_in + timedelta(days=int(rng.integers(10, 40))))
        others = [other.urn for p, other in members_on(day) if p == pid and other.urn != school.urn][:2]
        done = bool(_day(check_in))
        rows.append(
            [review_id, pid, str(school.urn), term, "Head teacher of a partner school",
             ", ".join(str(urn) for urn in others), title, f"To what extent do we see that {clause}?", str(baseline),
             str(aspiration), str(baseline + closed) if done else "", f"Make sure that {clause}",
             "Every subject leader plans one change a half term", (day - timedelta(days=28)).isoformat(),
             (day - timedelta(days=14)).isoformat(), day.isoformat(), (day + timedelta(days=1)).isoformat(), _day(agreed),
             _day(check_in), shared, "Begin with staff who ask for it" if shared else ""]
        )  # fmt: skip
    return rows


def review_findings(seed: int) -> Table:
    """Two strengths and an area to consider for each review."""
    rows: Table = []
    for review_id, _, school, _, _, _, rng in _hosts(seed):
        for number, kind in enumerate(("strength", "strength", "area_to_consider"), start=1):
            topic = _pick(rng, _TOPICS)
            title, clause = _FOCUSES[topic]
            finding = (
                f"It is seen often that {clause}" if kind == "strength" else f"It is not yet seen often that {clause}"
            )
            share = "" if kind != "strength" else "yes" if rng.random() < 0.7 else "no"
            rows.append(
                [review_id, str(school.urn), str(number), kind, topic, finding, f"Lessons and talks: {title}", share]
            )
    return rows


def _summers() -> list[tuple[int, str]]:
    return [(year, f"{_label(year)} summer") for year in YEARS]


def maturity_cards(seed: int) -> Table:
    """Twelve cards per partnership and summer; once true, a card stays true."""
    rows: Table = []
    for number, partnership in enumerate(PARTNERSHIPS):
        rng = _rng(seed, number, 51)
        turns = {item.item_id: int(rng.integers(0, 5)) for item in items("maturity_cards")}
        for place, (_, term) in enumerate(_summers()):
            for item in items("maturity_cards"):
                true = turns[item.item_id] <= place
                rows.append(
                    [partnership.partnership_id, term, item.item_id, "true" if true else "not_yet",
                     "Minutes of partnership meetings" if true else "", "" if true else "Put it on the autumn agenda"]
                )  # fmt: skip
    return rows


def insight_profile(seed: int) -> Table:
    """Five insights per partnership and summer, rising a little."""
    rows: Table = []
    for number, partnership in enumerate(PARTNERSHIPS):
        for place, (year, term) in enumerate(_summers()):
            rng = _rng(seed, number, year, 52)
            for item in items("insight_profile"):
                rating = min(5, max(0, round(2.2 + 0.5 * place + 0.7 * float(rng.standard_normal()))))
                rows.append(
                    [partnership.partnership_id, term, item.item_id, str(rating), "Talked over at the board", ""]
                )
    return rows


def system_features(seed: int) -> Table:
    """Four features per partnership and summer, answered by two small groups."""
    rows: Table = []
    for number, partnership in enumerate(PARTNERSHIPS):
        for place, (year, term) in enumerate(_summers()):
            for group in (1, 2):
                rng = _rng(seed, number, year, group, 53)
                for item in items("system_features"):
                    rating = min(5, max(0, round(2.4 + 0.4 * place + 0.8 * float(rng.standard_normal()))))
                    rows.append(
                        [partnership.partnership_id, term, f"Table {group}", item.item_id, str(rating),
                         "Reviews are planned a year ahead", "No review was called off" if rating > 3 else ""]
                    )  # fmt: skip
    return rows


def reflection_grid(seed: int) -> Table:
    """One chosen question and commitment per partnership and term; those of the last term are not yet followed up."""
    rows: Table = []
    chosen = items("reflection_questions")
    for number, partnership in enumerate(PARTNERSHIPS):
        for place, (year, _, label, start) in enumerate(_terms()):
            rng = _rng(seed, number, year, place, 54)
            due = start + timedelta(days=80)
            kept = "" if place == len(YEARS) * len(TERMS) - 1 else _pick(rng, ("yes", "yes", "partly", "no"))
            rows.append(
                [partnership.partnership_id, label, chosen[int(rng.integers(0, len(chosen)))].item_id,
                 str(min(4, 1 + place // 3 + int(rng.integers(0, 2)))), "Two schools join each other's review day",
                 "Partnership lead", due.isoformat(), kept, (due + timedelta(days=7)).isoformat() if kept else "",
                 "Notes of both days" if kept == "yes" else ""]
            )  # fmt: skip
    return rows


_CLAIMS = {
    "leaders": ("Leaders plan with evidence of their own", "Minutes and plans"),
    "staff": ("Staff ask each other for help with planning", "Talks with twelve teachers"),
    "pupils": ("More pupils reach what is expected in reading, writing and mathematics", "Results of three years"),
}


def impact_statements(seed: int) -> Table:
    """Claims of a third of the schools each summer, for leaders, staff or pupils."""
    rows: Table = []
    for year, term in _summers():
        for pid, school in members_on(term_start(year, "summer")):
            rng = _rng(seed, year, school.estab, 55)
            if rng.random() > 0.35:
                continue
            beneficiary = _pick(rng, tuple(_CLAIMS))
            claim, known = _CLAIMS[beneficiary]
            measured = beneficiary == "pupils" and school.phase == "primary"
            strength = "measured" if measured else _pick(rng, ("told", "observed"))
            rows.append(
                [str(school.urn), pid, term, beneficiary, claim, known, strength,
                 "yes" if rng.random() < 0.6 else "no", "ks2_rwm_expected_pct" if measured else "",
                 "yes" if rng.random() < 0.5 else "no"]
            )  # fmt: skip
    return rows


def development_visits(seed: int) -> Table:
    """One visit per partnership and summer: a statement for each theme that came up."""
    kinds = {"Success": "success", "Challenge": "challenge", "Lesson": "lesson", "Next step": "next_step"}
    rows: Table = []
    for number, partnership in enumerate(PARTNERSHIPS):
        for year, term in _summers():
            rng = _rng(seed, number, year, 56)
            day = term_start(year, "summer") + timedelta(days=30 + number)
            statement = 0
            for item in items("development_visit"):
                if rng.random() > 0.6 and statement:
                    continue
                statement += 1
                rows.append(
                    [partnership.partnership_id, term, day.isoformat(), "School improvement adviser", str(statement),
                     kinds[item.section], item.item_id, f"Talked about: {item.label[:1].lower()}{item.label[1:]}",
                     "yes" if rng.random() < 0.5 else "no"]
                )  # fmt: skip
    return rows


def _events() -> list[tuple[str, str, str, date]]:
    """(event_id, partnership_id, term's label, day) of one event per partnership and term."""
    return [
        (f"E-{partnership.partnership_id}-{year}-{term[:2].upper()}", partnership.partnership_id, label,
         start + timedelta(days=25 + number))
        for number, partnership in enumerate(PARTNERSHIPS)
        for year, term, label, start in _terms()
    ]  # fmt: skip


_EVENT_NAMES = {
    "training": "Training for improvement champions",
    "meeting": "Partnership meeting",
    "workshop": "Workshop",
}


def events(seed: int) -> Table:
    """One event per partnership and term."""
    rows: Table = []
    for number, (event_id, pid, _, day) in enumerate(_events()):
        kind = tuple(_EVENT_NAMES)[number % 3]
        rows.append([event_id, pid, _EVENT_NAMES[kind], kind, _TOPICS[number % 8], day.isoformat(), "2.5", "30"])
    return rows


def attendance(seed: int) -> Table:
    """How many came from each member; in one cluster ever fewer."""
    rows: Table = []
    for event_id, pid, _, day in _events():
        for place, (member, school) in enumerate(members_on(day)):
            if member != pid:
                continue
            rng = _rng(seed, day.toordinal(), school.estab, 57)
            drift = (day.year - 2016) * 0.25 if pid == _DRIFTING else 0.05
            for role in ("head", "improvement_champion"):
                came = int(rng.random() > drift)
                rows.append([event_id, str(school.urn), role, "1", str(came)])
            if place % 4 == 0:
                rows.append([event_id, str(school.urn), "governor", "", str(int(rng.integers(0, 3)))])
    return rows


def roles(seed: int) -> Table:
    """A lead and a chair per partnership, a champion per member."""
    rows: Table = []
    for partnership in PARTNERSHIPS:
        members = [m for m in MEMBERSHIPS if m.partnership_id == partnership.partnership_id]
        pid, start = partnership.partnership_id, partnership.started
        lead = next(m for m in members if m.role == "lead")
        rows.append([pid, str(lead.urn), "partnership_lead", "Head teacher", start.isoformat(), "", "2016-10-12"])
        rows.append([pid, "", "chair", "Independent chair", start.isoformat(), "", ""])
        for place, member in enumerate(members):
            trained = (member.joined + timedelta(days=40)).isoformat() if place % 3 else ""
            ended = member.left.isoformat() if member.left else ""
            rows.append(
                [pid, str(member.urn), "improvement_champion", "Deputy head", member.joined.isoformat(), ended, trained]
            )
    return rows


_MILESTONES = (
    ("Every school has a trained champion", (2017, 3, 31)),
    ("Every school has hosted a review", (2018, 7, 20)),
    ("Lessons of all reviews are shared", (2019, 7, 19)),
    ("The partnership runs its reviews without the authority", (2019, 12, 20)),
)


def milestones(seed: int) -> Table:
    """Four milestones per partnership; the last is not due yet."""
    rows: Table = []
    for number, partnership in enumerate(PARTNERSHIPS):
        for place, (words, due) in enumerate(_MILESTONES, start=1):
            rng = _rng(seed, number, place, 58)
            silent = partnership.partnership_id == _SILENT and place == 3
            reached = "" if silent else _day(date(*due) + timedelta(days=int(rng.integers(-40, 40))))
            rows.append(
                [f"M-{partnership.partnership_id}-{place}", partnership.partnership_id, f"Year {min(place, 3)}", words,
                 "Partnership lead", date(*due).isoformat(), reached, ""]
            )  # fmt: skip
    return rows


def support_offers_needs(seed: int) -> Table:
    """What a third of the members offer or need each autumn."""
    rows: Table = []
    for year in YEARS:
        for pid, school in members_on(term_start(year, "autumn")):
            rng = _rng(seed, year, school.estab, 59)
            if rng.random() > 0.4:
                continue
            kind = "offer" if rng.random() < 0.5 else "need"
            urgency = _pick(rng, ("low", "medium", "high")) if kind == "need" else ""
            rows.append(
                [str(school.urn), pid, f"{_label(year)} autumn", kind, _pick(rng, _TOPICS), "Planning together", urgency,
                 str(int(rng.integers(1, 6)))]
            )  # fmt: skip
    return rows


def support_given(seed: int) -> Table:
    """Support to a quarter of the members each spring, most of it from a partner."""
    rows: Table = []
    for year in YEARS:
        members = members_on(term_start(year, "spring"))
        for pid, school in members:
            rng = _rng(seed, year, school.estab, 60)
            if rng.random() > 0.25:
                continue
            partners = [other.urn for p, other in members if p == pid and other.urn != school.urn]
            giver = (
                str(partners[int(rng.integers(0, len(partners)))]) if partners and rng.random() < 0.8 else "Authority"
            )
            start = term_start(year, "spring") + timedelta(days=int(rng.integers(0, 20)))
            days = int(rng.integers(2, 13)) / 2
            rows.append(
                [f"S-{year}-{school.estab}", str(school.urn), pid, giver, _pick(rng, _TOPICS),
                 _pick(rng, ("coaching", "visit", "joint_planning")), start.isoformat(),
                 (start + timedelta(days=60)).isoformat(), str(days), str(int(days * 300)), "Planning is now shared"]
            )  # fmt: skip
    return rows


def funding(seed: int) -> Table:
    """An allocation per partnership and year, and what was spent of it, by term; the first amount is mistyped."""
    rows: Table = []
    for number, partnership in enumerate(PARTNERSHIPS):
        pid = partnership.partnership_id
        for year in YEARS:
            rng = _rng(seed, number, year, 61)
            amount = "6000" if rows else MISTYPED
            rows.append(
                [f"F-{pid}-{year}-0", pid, "", _label(year), "Partnership programme", "allocated", "Release time", "leadership",
                 f"{year - 1}-09-20", amount]
            )  # fmt: skip
            for place, term in enumerate(TERMS, start=1):
                spent = f"{int(rng.integers(900, 2100))}.{int(rng.integers(0, 100)):02d}"
                rows.append(
                    [f"F-{pid}-{year}-{place}", pid, "", _label(year), "Partnership programme", "spent", "Release time",
                     "leadership", (term_start(year, term) + timedelta(days=60)).isoformat(), spent]
                )  # fmt: skip
    return rows


_STORIES = (
    "It fell when staff changed, and has been level since",
    "It has crept up with the schools' own plans, and more slowly than elsewhere",
    "Two of the schools move a good deal from year to year; the others hardly at all",
    "It has been level for as long as we have kept count",
)


def curves(seed: int) -> Table:
    """One or two priorities per partnership and year from the second on, each with two essentials.

    A plan of a later year starts further on and aims higher, as a partnership's would.
    """
    rows: Table = []
    for number, partnership in enumerate(PARTNERSHIPS):
        pid = partnership.partnership_id
        results = "ks4_attainment8" if pid == "P06" else "ks2_rwm_expected_pct"
        for year in YEARS[1:]:
            later = year - YEARS[1]
            first, rise = (46, 3) if pid == "P06" else (62, 8)
            wanted = [(results, "up", str(first + later * rise // 2), str(first + rise + later * rise * 3 // 4))]
            if number % 2 == 0:
                wanted.append(("absence_persistent_pct", "down", f"{8.2 - 0.4 * later:.1f}", f"{7 - 0.5 * later:g}"))
            for place, (indicator, direction, baseline, target) in enumerate(wanted, start=1):
                due = term_start(year, "spring") + timedelta(days=45)
                done = _day(due + timedelta(days=10)) if pid != _LAGGING else ""
                rows.append(
                    [pid, _label(year), str(place), "Reading for meaning" if place == 1 else "Fewer days lost", indicator,
                     "all", direction, baseline, _label(year - 1), target, _label(year + 1),
                     "Subject leaders are trained", "Deputy head", due.isoformat(), done,
                     "Every class has a weekly time for it", "Subject leaders", (due + timedelta(days=50)).isoformat(), "",
                     "", "", "", "", _STORIES[(number + place + later) % len(_STORIES)]]
                )  # fmt: skip
    return rows


def step_changes(seed: int) -> Table:
    """The merged school, the converted one and the one with fewer suspensions start again, each with the authority's reason."""
    merged, converted = PLANTED["merger"]["to"], next(iter(PLANTED["conversions"].values()))
    fewer = PLANTED["fewer_suspensions"]
    return [
        ["school", str(merged), "ks2_rwm_expected_pct", "2018/19", "An infant and a junior school became one",
         "Authority analyst", "2019-10-01"],
        ["school", str(converted), "absence_persistent_pct", "2017/18", "Codes of absence changed at conversion",
         "Authority analyst", "2018-10-02"],
        ["school", str(fewer["urn"]), "suspension_rate", fewer["from_year"], fewer["reason"], "Authority analyst", "2015-09-10"],
    ]  # fmt: skip


def viewers(seed: int) -> Table:
    """A head per member, a lead and a board account per partnership, an analyst and a steward of the authority."""
    rows: Table = [
        ["analyst", "authority", "authority", LA_CODE, "2016-09-01", ""],
        ["steward", "steward", "authority", LA_CODE, "2016-09-01", ""],
    ]
    for partnership in PARTNERSHIPS:
        pid = partnership.partnership_id
        rows.append([f"lead-{pid.lower()}", "partnership_lead", "partnership", pid, "2016-09-01", ""])
        rows.append([f"board-{pid.lower()}", "board", "partnership", pid, "2016-09-01", ""])
    for urn in dict.fromkeys(m.urn for m in MEMBERSHIPS):
        rows.append([f"head-{urn}", "head", "school", str(urn), "2016-09-01", ""])
    return rows


#: A letter O typed for a nought in the first row of the funding form; the corrections form puts it right.
MISTYPED: Final = "6O00"


def corrections(seed: int) -> Table:
    """The mistyped amount of the funding form, and a milestone that changed hands."""
    return [
        [
            "templates/funding.csv",
            "2",
            "amount",
            MISTYPED,
            "6000",
            "A letter O for a nought",
            "Data steward",
            "2019-09-01",
        ],
        ["templates/milestones.csv", "2", "owner", "Partnership lead", "Chair", "The lead left", "Data steward", ""],
    ]


FILLED: Final[Mapping[str, Callable[[int], Table]]] = {
    "template_agreements": agreements,
    "template_reviews": reviews,
    "template_maturity_cards": maturity_cards,
    "template_insight_profile": insight_profile,
    "template_system_features": system_features,
    "template_reflection_grid": reflection_grid,
    "template_impact_statements": impact_statements,
    "template_review_findings": review_findings,
    "template_development_visits": development_visits,
    "template_events": events,
    "template_attendance": attendance,
    "template_roles": roles,
    "template_milestones": milestones,
    "template_support_offers_needs": support_offers_needs,
    "template_support_given": support_given,
    "template_funding": funding,
    "template_curves": curves,
    "template_step_changes": step_changes,
    "template_viewers": viewers,
    "template_corrections": corrections,
}
"""Rows of each template, without the header, by the kind of file."""
