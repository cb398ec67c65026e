with

judgements as (
    select * from {{ ref('int_inspections__read') }}
    where is_latest and inspected_on is not null
),

names as (
    select * from {{ ref('inspection_judgements') }}
),

schools as (
    select urn, school_id from {{ ref('dim_school') }}
)

select
    judgements.urn,
    schools.school_id,
    judgements.inspected_on,
    judgements.published_on,
    judgements.framework,
    judgements.judgement_id,
    names.name as judgement,
    judgements.grade,
    judgements.status,
    judgements.file_id,
    cast(judgements.grade_order as integer) as grade_order
from judgements
inner join names
    on judgements.judgement_id = names.judgement_id
inner join schools
    on judgements.urn = schools.urn
