with

priorities as (
    {{ template_rows('template_curves', {
        'partnership_id': 'varchar', 'academic_year': 'varchar', 'priority_number': 'varchar',
        'essential_1': 'varchar', 'essential_1_owner': 'varchar', 'essential_1_due_on': 'date', 'essential_1_done_on': 'date',
        'essential_2': 'varchar', 'essential_2_owner': 'varchar', 'essential_2_due_on': 'date', 'essential_2_done_on': 'date',
        'essential_3': 'varchar', 'essential_3_owner': 'varchar', 'essential_3_due_on': 'date', 'essential_3_done_on': 'date'
    }) }}
),

essentials as (
    {% for number in (1, 2, 3) %}
    select
        partnership_id,
        academic_year,
        priority_number,
        {{ number }} as essential_number,
        essential_{{ number }} as essential,
        essential_{{ number }}_owner as owner,
        essential_{{ number }}_due_on as due_on,
        essential_{{ number }}_done_on as done_on,
        file_id
    from priorities
    where essential_{{ number }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    partnership_id,
    academic_year,
    priority_number,
    cast(essential_number as integer) as essential_number,
    essential,
    owner,
    due_on,
    done_on,
    file_id
from essentials
