-- Means of people's answers, made for each viewer of what that viewer may see, and held back where they would betray somebody.
select
    viewer_kind,
    viewer_id,
    dataset,
    instrument_id,
    section,
    item_id,
    term,
    academic_year,
    respondent_role,
    area_type,
    area_id,
    granularity,
    n_schools,
    n_responses,
    mean_value,
    status
from {{ ref('int_ratings__released') }}
