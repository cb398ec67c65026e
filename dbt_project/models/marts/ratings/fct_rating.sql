{{ config(materialized='view') }}
select
    instrument_id,
    item_id,
    respondent_role,
    respondent_id,
    school_id,
    urn,
    partnership_id,
    cycle,
    term,
    academic_year,
    answered_on,
    value,
    raw_answer,
    status,
    source_file,
    subject
from {{ ref('int_ratings__gathered') }}
