{{ config(materialized='view') }}
select
    area_type,
    area_id,
    area_name,
    instrument_id,
    item_id,
    respondent_role,
    term,
    responses,
    schools,
    mean_value,
    median_value,
    share_high_pct
from {{ ref('int_rating_series__averaged') }}
