"""Means of people's answers as each viewer may be shown them: made of what that viewer may see in totals, and held back where few
people, or a difference of two means, would give a school away.

One row per viewer, part of an instrument, term or year, kind of respondent, and school, partnership or authority. Made once a build
and kept in the published file, so that a page, a table and a download cannot differ; who shares what is taken as on the day of the
build, and the door holds totals back whose schools have left since.
"""

# Instruments whose answers are released, with their dataset: transition points by item and year (a review each), reflection
# questions by section and term. One grain each, since two would let answers be subtracted across them.
_DATASETS = {"transition_points": "transition_points", "reflection_questions": "reflection"}


def model(dbt, session):
    """viewer_kind, viewer_id, dataset, instrument_id, section, item_id, term, academic_year, respondent_role, area_type, area_id,
    granularity, n_schools, n_responses, mean_value, status."""
    import hashlib
    from collections import defaultdict

    import pandas as pd

    from methods import disclosure

    dbt.config(materialized="table")
    ratings = dbt.ref("fct_rating")  # noqa: F841 - the queries name them
    items = dbt.ref("dim_item")  # noqa: F841
    schools = dbt.ref("dim_school")  # noqa: F841
    today = dbt.ref("int_grants__today")
    datasets = dbt.ref("shared_datasets")
    rules = {
        name: disclosure.Rules(int(people), int(own), int(least), 5.0)
        for name, people, own, least in datasets.filter("n_least_people is not null")
        .project("dataset_id, n_least_people, n_least_people_own, n_least_schools")
        .fetchall()
    }
    parts = defaultdict(list)
    for *part, school, partnership, authority, people, total, number in session.sql(
        f"""with
        places as (select distinct school_id, la_code from schools where is_current),
        answered as (
            select ratings.instrument_id, items.section,
                case when ratings.instrument_id = 'transition_points' then ratings.item_id end as item_id,
                case when ratings.instrument_id <> 'transition_points' then ratings.term end as term,
                ratings.academic_year, ratings.respondent_role, ratings.school_id, ratings.partnership_id, places.la_code,
                ratings.respondent_id, ratings.value
            from ratings
            inner join items
                on ratings.instrument_id = items.instrument_id and ratings.item_id = items.item_id
            inner join places
                on ratings.school_id = places.school_id
            where ratings.value is not null and ratings.instrument_id in {tuple(_DATASETS)}
        )
        select instrument_id, section, item_id, term, academic_year, respondent_role, school_id, partnership_id, la_code,
            count(distinct respondent_id), sum(value), count(*)
        from answered
        group by all
        order by all"""
    ).fetchall():
        parts[tuple(part)].append(disclosure.Answers(school, partnership, authority, people, total, number))
    # what each viewer may see of each school
    held = defaultdict(dict)
    for kind, organisation, dataset, school, level in (
        today.filter("area_type = 'school'").project("viewer_kind, viewer_id, dataset, area_id, level").fetchall()
    ):
        held[kind, organisation, dataset][school] = level
    # A school without its name has a label of its own for each viewer, in an order nobody can work out: the codes of respondents,
    # which are keyed and published nowhere, decide it.
    codes = session.sql("select distinct respondent_id from ratings order by respondent_id").fetchall()
    secret = hashlib.sha256("\n".join(code for (code,) in codes).encode()).hexdigest()
    rows = []
    solved = {}
    for (kind, organisation, dataset), level in sorted(held.items()):
        own = organisation if kind == "head" else None
        for instrument in (name for name, of in _DATASETS.items() if of == dataset):
            # without a name only among enough schools of those that are shown so
            nameless = {school for school, found in level.items() if found == 2}
            may_name = frozenset(
                school
                for school, found in level.items()
                if found >= 3 or (found == 2 and len(nameless) >= rules[dataset].schools)
            )
            order = sorted(
                nameless, key=lambda name: hashlib.sha256(f"{secret} {kind} {organisation} {dataset} {name}".encode()).digest()
            )
            label = {name: f"School {number}" for number, name in enumerate(order, 1)}
            for part, leaves in parts.items():
                if part[0] != instrument:
                    continue
                answers = [one for one in leaves if one.school in level]
                if not answers:
                    continue
                # heads of one partnership are mostly shown the same
                inside_names = tuple(one.school for one in answers)
                mine = own if own in inside_names else None
                key = (part, inside_names, may_name.intersection(inside_names), mine)
                if key not in solved:
                    solved[key] = disclosure.shown_cells(answers, key[2], mine, rules[dataset])
                for (area_type, area_id), why in solved[key].items():
                    inside = [one for one in answers if getattr(one, area_type) == area_id]
                    shown = why is None
                    granularity = "aggregate" if area_type != "school" else (
                        "anonymous" if level[area_id] == 2 else "named"
                    )
                    # “all alike” is nearly the answer itself: it is said in one word with few people
                    why = disclosure.FEW_PEOPLE if why == disclosure.SAME else why
                    number = sum(one.number for one in inside)
                    # how many answered would tell which school it is
                    named = granularity != "anonymous"
                    rows.append((
                        kind, organisation, dataset, *part, area_type, area_id if named else label[area_id], granularity,
                        len({one.school for one in inside}) if shown else None,
                        sum(one.people for one in inside) if shown and named else None,
                        round(sum(one.total for one in inside) / number, 1) if shown else None,
                        why or "ok",
                    ))  # fmt: skip
    columns = {
        "viewer_kind": "varchar", "viewer_id": "varchar", "dataset": "varchar", "instrument_id": "varchar", "section": "varchar",
        "item_id": "varchar", "term": "varchar", "academic_year": "varchar", "respondent_role": "varchar", "area_type": "varchar",
        "area_id": "varchar", "granularity": "varchar", "n_schools": "bigint", "n_responses": "bigint", "mean_value": "double",
        "status": "varchar",
    }  # fmt: skip
    made = pd.DataFrame(rows, columns=list(columns), dtype=object)  # noqa: F841
    return session.sql(
        f"select {', '.join(f'cast({name} as {kind}) as {name}' for name, kind in columns.items())} from made"
    )
