-- URNs that somebody writes as those of schools at work: in our own forms, and in lists of inspections. One row per URN.
select urn, max(name) as name
from (
    select urn, school_name as name
    from {{ ref('int_inspection_rows__classified') }}
    where disposition = 'accepted'
    union all
    select value, null
    from {{ ref('int_template_cells__checked') }}
    where type = 'urn'
    union all
    select {{ find_urn('answer') }}, null
    from {{ ref('int_form_answers__mapped') }}
    where target = 'school_urn'
) as named
where urn is not null
group by urn
