with

files as (
    select * from {{ source('raw', 'template_transition_points') }}
)

select
    _file_id as file_id,
    _row_number as row_number,
    trim(school_urn) as urn_text,
    {{ to_urn('school_urn') }} as urn,
    nullif(upper(trim(partnership_id)), '') as partnership_id,
    trim(cycle) as cycle_text,
    {{ to_term('cycle') }} as term,
    nullif(trim(review_date), '') as review_date_text,
    {{ to_date('review_date') }} as reviewed_on,
    nullif(replace(lower(trim(respondent_role)), ' ', '_'), '') as respondent_role,
    nullif(upper(trim(item_id)), '') as item_id,
    trim(rating) as raw_answer,
    {{ to_rating('rating') }} as rating,
    nullif(trim({{ adapter.quote("comment") }}), '') as comment_text
from files
