-- Figures that are expected of a school and are not there, as many as the rule's threshold and more.
with

expected as (
    select * from {{ ref('risk_expected') }}
),

-- a figure with a reason that is nobody's rule, or a row that was there last year and is not, while its neighbours have one
absent as (
    select school_id, indicator_id, academic_year
    from expected
    where value is null and status in ('unavailable', 'not_published', 'unreadable', 'low_coverage')
    union all
    select
        before.school_id,
        before.indicator_id,
        neighbours.academic_year
    from expected as before
    inner join (select distinct la_code, phase, indicator_id, academic_year, year_number from expected) as neighbours
        on before.la_code = neighbours.la_code
        and before.phase = neighbours.phase
        and before.indicator_id = neighbours.indicator_id
        and before.year_number + 1 = neighbours.year_number
    inner join {{ ref('risk_open_school') }} as schools
        on before.school_id = schools.school_id
        and schools.open_until > {{ census_day('neighbours.academic_year') }}
    left join expected as now
        on before.school_id = now.school_id
        and before.indicator_id = now.indicator_id
        and neighbours.academic_year = now.academic_year
    where before.value is not null and now.school_id is null
),

found as (
    select
        rules.rule_id,
        rules.area_type,
        absent.school_id as area_id,
        days.term_number,
        max(rules.sentence) as sentence,
        max(rules.threshold) as threshold,
        max(rules.strong_threshold) as strong_threshold,
        count(*) as figures,
        {{ joined('indicators.short_name', ', ') }} as short_names,
        absent.academic_year
    from absent
    inner join {{ ref('risk_rules') }} as rules
        on rules.family = 'missing' and rules.area_type = 'school'
    inner join {{ ref('risk_day') }} as days
        on absent.academic_year = days.evidence_year
    inner join {{ ref('indicators') }} as indicators
        on absent.indicator_id = indicators.indicator_id
    group by rules.rule_id, rules.area_type, absent.school_id, absent.academic_year, days.term_number
)

select
    rule_id,
    area_type,
    area_id,
    term_number,
    cast(figures as double) as n_evidence,
    cast(figures as double) as value,
    threshold,
    figures >= strong_threshold as is_strong,
    {{ filled('sentence', {'what': 'short_names', 'year': 'academic_year'}) }} as evidence,
    'Published results' as source
from found
where figures >= threshold
