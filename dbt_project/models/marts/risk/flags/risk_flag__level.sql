-- A figure among the highest of schools of the same kind, for those rules of likely standing that have a threshold.
select
    rules.rule_id,
    rules.area_type,
    levels.school_id as area_id,
    days.term_number,
    levels.n_pupils as n_evidence,
    levels.value,
    rules.threshold,
    levels.share_better >= rules.strong_threshold as is_strong,
    {{ filled('rules.sentence', {
        'what': 'indicators.short_name',
        'value': figure_words('levels.value', 'indicators.unit', 'indicators.decimals'),
        'other': "'it is among the highest ' || " ~ share_words('greatest(0.01, 1 - levels.share_better)') ~ " || ' of ' || "
            ~ thousands('levels.n_schools') ~ " || ' ' || replace(levels.peer_kind, '_', '-') || ' schools'",
        'n': count_words('levels.n_pupils', 'pupil', 'pupils'),
        'year': 'levels.academic_year',
        'span': span_words('rules.span - 1', 'year', 'years'),
    }) }} as evidence,
    'Published results' as source
from {{ ref('risk_level') }} as levels
inner join {{ ref('risk_rules') }} as rules
    on levels.rule_id = rules.rule_id
inner join {{ ref('risk_day') }} as days
    on levels.academic_year = days.evidence_year
inner join {{ ref('indicators') }} as indicators
    on levels.indicator_id = indicators.indicator_id
-- what rounds to the middle of its kind is not high, wherever the others are
where round(levels.shrunk_distance, indicators.decimals) > 0
    and levels.share_better >= rules.threshold and levels.value is not null
