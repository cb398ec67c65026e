-- A gap of disadvantaged pupils wider than the mean of the years straight before it, for rules of the family gap_widening.
select
    rule_id,
    'school' as area_type,
    school_id as area_id,
    indicator_id,
    academic_year,
    test_level as level,
    n_evidence,
    gap as value,
    {{ gap_words('gap', 'unit', 'decimals', beside=true) }} as value_words,
    words_before as other_words,
    (gap - gap_before) / sqrt(variance + variance_before) as z,
    gap > 0 as alarm
from {{ ref('risk_gap') }}
where family = 'gap_widening' and gap_before is not null
