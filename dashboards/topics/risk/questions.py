"""Questions about the risk register: the days it stands for, who is in it, and every concern.

Belongs here: the register of an area, its flags, one school's standing and history. Does not belong here: which rule
fired, or any score (they are marts).
"""

from dashboards.access.catalog import CODE, COUNT, URN, question
from dashboards.shared.fragments import LINEAGE, is_member

question(
    "risk_days",
    """One row per term at whose end the register stands, latest first: how many tests were made in all schools, how
    many of them chance alone would make fire, how many fired, and how many of those survive the control.""",
    """
    with made as (
        select as_at, as_at_on, as_at_number, evidence_year, cast(sum(n_tests) as bigint) as n_tests,
            max(n_schools_tested) as n_schools, sum(expected_false) as expected_false
        from marts.risk_tests_made
        group by as_at, as_at_on, as_at_number, evidence_year
    ),
    fired as (
        select as_at, count(*) as fired, count(*) filter (where strength = 'strong') as strong
        from marts.risk_flag
        where evidence_kind = 'test'
        group by as_at
    )
    select l.as_at, l.as_at_on, l.evidence_year, l.n_tests, l.n_schools, l.expected_false, coalesce(f.fired, 0) as fired,
        coalesce(f.strong, 0) as strong
    from made as l
    left join fired as f on f.as_at = l.as_at
    order by l.as_at_number desc
    """,
    made_of="open",
)

_MEMBERS = f"""
    with day as (
        select max(as_at_on) as as_at_on from marts.risk_tests_made where as_at = $as_at
    ),
    chosen as (
        select s.school_id, s.urn, s.name, s.phase
        from marts.dim_school as s
        where s.is_current
          and ($authority is null or s.la_code = $authority)
          and ($partnership is null or s.school_id in (
              select m.school_id from marts.partnership_membership as m, day
              where m.partnership_id = $partnership and {is_member("day.as_at_on")}))
    ),
    areas as (
        select 'school' as area_type, school_id as area_id, urn, name, phase from chosen
        union all
        select 'partnership', partnership_id, null, name, null
        from marts.dim_partnership
        where ($partnership is null or partnership_id = $partnership) and ($authority is null or la_code = $authority)
    )
"""

question(
    "risk_register",
    """One row per school of the area, and per partnership in it, as at the end of a term: score and place among all of its
    kind in the warehouse, both by open results alone, number of flags the viewer is
    shown, what changed since the term before, and since when the oldest flag stands.""",
    f"""
    {_MEMBERS},
    oldest as (
        select f.area_type, f.area_id, min_by(f.since, days.as_at_number) as since, count(*) as flags
        from marts.risk_flag as f
        inner join (select distinct as_at, as_at_number from marts.risk_tests_made) as days on days.as_at = f.since
        where f.as_at = $as_at
        group by f.area_type, f.area_id
    )
    select r.area_type, r.area_id, a.urn, a.name, a.phase, r.score, r.rank, r.listed, r.standing_points,
        r.standing_most, r.flag_points, coalesce(oldest.flags, 0) as flags, r.strong_flags, r.evidence_kind, r.change,
        r.score_before, r.is_monitored, oldest.since
    from marts.risk_register as r
    inner join areas as a on a.area_type = r.area_type and a.area_id = r.area_id
    left join oldest on oldest.area_type = r.area_type and oldest.area_id = r.area_id
    where r.as_at = $as_at
    order by r.score desc, a.name, a.urn
    """,
    made_of="open partnerships reviews reflection engagement maturity",
    as_at=CODE,
    authority=CODE.or_none(),
    partnership=CODE.or_none(),
)

question(
    "risk_flags",
    """One row per flag of a school of the area, or of a partnership in it, as at the end of a term.""",
    f"""
    {_MEMBERS}
    select f.area_type, f.area_id, a.urn, a.name, f.rule_id, f.rule, f.rule_short_name, f.family, f.evidence_kind,
        f.evidence, f.n_evidence, f.p_value, f.q_value, f.strength, f.points, f.since, f.false_alarm_rate, f.false_alarm_reason,
        f.source
    from marts.risk_flag as f
    inner join areas as a on a.area_type = f.area_type and a.area_id = f.area_id
    where f.as_at = $as_at
    order by f.points desc, f.strength, f.rule_short_name, a.name, a.urn
    """,
    made_of="open partnerships reviews reflection engagement maturity",
    as_at=CODE,
    authority=CODE.or_none(),
    partnership=CODE.or_none(),
)

question(
    "school_risk",
    """One row per flag of the school's lineage as at the end of a term, those with most points first.""",
    f"""
    select f.area_type, f.area_id, f.rule_id, f.rule, f.rule_short_name, f.family, f.evidence_kind, f.evidence, f.n_evidence,
        f.p_value, f.q_value, f.strength, f.points, f.since, f.false_alarm_rate, f.false_alarm_reason, f.source
    from marts.risk_flag as f
    where f.as_at = $as_at and f.area_type = 'school'
      and f.area_id in {LINEAGE}
    order by f.points desc, f.strength, f.rule_short_name
    """,
    made_of="open reviews reflection engagement maturity",
    urn=URN,
    as_at=CODE,
)

question(
    "school_risk_standing",
    """One row per indicator of the school's lineage: where it is likely to stand among schools of its kind, told from the
    year whose results are evidence as at the end of a term and the two before it.""",
    f"""
    select l.indicator_id, i.short_name, i.unit, i.kind, i.decimals, i.publisher, l.academic_year, l.value, l.n_pupils,
        l.years_used, l.peer_kind, l.n_schools, l.reliability, l.share_better, l.points
    from marts.risk_level as l
    inner join marts.dim_indicator as i on i.indicator_id = l.indicator_id
    where l.academic_year in (select evidence_year from marts.risk_tests_made where as_at = $as_at)
      and l.school_id in {LINEAGE}
    order by l.points desc, i.short_name
    """,
    made_of="open",
    urn=URN,
    as_at=CODE,
)

question(
    "school_risk_history",
    """One row per term at whose end the register stands for the school's lineage, latest first.""",
    f"""
    select r.as_at, r.score, r.rank, r.listed, r.standing_points, r.flag_points, r.flags, r.strong_flags, r.change,
        r.reasons, r.is_monitored
    from marts.risk_register as r
    inner join (select distinct as_at, as_at_number from marts.risk_tests_made) as days on days.as_at = r.as_at
    where r.area_type = 'school'
      and r.area_id in {LINEAGE}
    order by days.as_at_number desc
    """,
    made_of="open",
    urn=URN,
)

question(
    "monitoring",
    """One row per school of the area that is ranked, as the monitoring list of the latest results at the end of a term orders it:
    the share of what the register weighs that is to be expected in the lowest fifth next year, the three measures that move
    it most, and its place a year before. Schools of which too little is known to be ranked come last, without a place.""",
    f"""
    {_MEMBERS},
    evidence as (
        select max(m.academic_year) as academic_year
        from marts.monitoring as m
        where m.academic_year <= (select max(evidence_year) from marts.risk_tests_made where as_at = $as_at)
    ),
    placed as (
        select m.*, a.urn, a.name,
            row_number() over (partition by m.academic_year, m.is_ranked order by m.expected_share desc, a.name, a.urn) as rank
        from marts.monitoring as m
        inner join areas as a on a.area_type = 'school' and a.area_id = m.school_id
    )
    select p.school_id, p.urn, p.name, p.phase, p.academic_year, p.outlook_year, p.expected_share, p.n_indicators, p.is_ranked,
        case when p.is_ranked then p.rank end as rank, p.reason_1, p.reason_2, p.reason_3,
        case when before.is_ranked then before.rank end as rank_before
    from placed as p
    inner join evidence on evidence.academic_year = p.academic_year
    left join placed as before
        on before.school_id = p.school_id
        and cast(left(before.academic_year, 4) as integer) + 1 = cast(left(p.academic_year, 4) as integer)
    order by p.is_ranked desc, p.rank, p.name
    """,
    made_of="open partnerships",
    as_at=CODE,
    authority=CODE.or_none(),
    partnership=CODE.or_none(),
)

question(
    "monitoring_record",
    """One row per length of a list: what lists of such a share of all schools were worth, one of each authority in each year
    whose next year is known: how many schools they held, how many of those were there a year later, and how many were there
    in all.""",
    """
    with known as (
        select m.*, s.la_code,
            row_number() over (
                partition by m.academic_year, s.la_code order by m.expected_share desc, m.school_id
            ) as place,
            count(*) over (partition by m.academic_year, s.la_code) as listed
        from marts.monitoring as m
        inner join marts.dim_school as s on s.school_id = m.school_id and s.is_current
        where m.is_ranked and m.was_there is not null
          and m.academic_year < (select max(evidence_year) from marts.risk_tests_made where as_at = $as_at)
    )
    select count(*) filter (where place <= ceil($share * listed / 100.0)) as n_listed,
        count(*) filter (where place <= ceil($share * listed / 100.0) and was_there) as n_right,
        count(*) filter (where was_there) as n_there,
        count(*) as n_schools, count(distinct academic_year) as n_years
    from known
    """,
    made_of="open",
    as_at=CODE,
    share=COUNT,
)
