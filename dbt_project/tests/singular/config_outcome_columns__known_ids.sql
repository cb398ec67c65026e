{{ config(meta={'dagster': {'ref': {'name': 'dim_indicator'}}}) }}
-- The column map speaks only of indicators, breakdowns and datasets that exist.
select columns_known.dataset_id, columns_known.column_name, columns_known.indicator_id, columns_known.breakdown_id
from {{ ref('outcome_columns') }} as columns_known
left join {{ ref('dim_indicator') }} as indicators
    on columns_known.indicator_id = indicators.indicator_id
left join {{ ref('dim_breakdown') }} as breakdowns
    on columns_known.breakdown_id = breakdowns.breakdown_id
left join {{ ref('datasets') }} as datasets
    on columns_known.dataset_id = datasets.dataset_id
where indicators.indicator_id is null or breakdowns.breakdown_id is null or datasets.dataset_id is null
