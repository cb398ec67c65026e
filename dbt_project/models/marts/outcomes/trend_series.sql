{{ config(materialized='view') }}
select
    judged.area_type,
    judged.area_id,
    judged.area_name,
    judged.indicator_id,
    judged.breakdown_id,
    judged.academic_year,
    judged.value,
    judged.n_pupils,
    judged.n_schools,
    judged.ci_low,
    judged.ci_high,
    judged.ci_method,
    judged.origin,
    judged.status,
    judged.release,
    judged.file_id,
    judged.england_id,
    judged.benchmark_value,
    judged.side,
    judged.verdict,
    judged.reason_id,
    {{ reason_sentence('reasons.reason', 'judged.area_type', 'judged.status', 'judged.minimum_pupils') }} as reason
from {{ ref('int_area_series__benchmarked') }} as judged
left join {{ ref('verdict_reasons') }} as reasons
    on judged.reason_id = reasons.reason_id
