{% set steps = [
    ('focus_agreed', 'focus_agreed_on'),
    ('baseline', 'baseline_on'),
    ('evidence', 'evidence_on'),
    ('gap_discussion', 'gap_discussed_on'),
    ('priority_and_commitment', 'priority_agreed_on'),
    ('check_in', 'check_in_on'),
    ('lessons_shared', 'lessons_shared_on'),
] %}
with

reviews as (
    select * from {{ ref('review') }}
),

steps as (
    {% for step, column in steps %}
    select
        review_id,
        partnership_id,
        host_urn,
        school_id,
        cycle,
        {{ loop.index }} as step_number,
        '{{ step }}' as step,
        {{ column }} as taken_on,
        {% if step == 'check_in' %}{{ dbt.dateadd('day', var('check_in_days'), 'priority_agreed_on') }}{% else %}null{% endif %} as due_on,
        file_id
    from reviews
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

with_previous as (
    select
        *,
        max(taken_on) over (
            partition by review_id
            order by step_number
            rows between unbounded preceding and 1 preceding
        ) as previous_on
    from steps
)

select
    review_id,
    partnership_id,
    host_urn,
    school_id,
    cycle,
    cast(step_number as integer) as step_number,
    step,
    taken_on,
    cast(due_on as date) as due_on,
    cast({{ dbt.datediff('previous_on', 'taken_on', 'day') }} as integer) as days_since_previous,
    file_id
from with_previous
