-- One published figure per row: value, its parts, and what the publisher's code says where there is no number.
with

cells as (
    select * from {{ ref('int_outcome_cells__mapped') }}
),

codes as (
    select
        dataset_id,
        upper(code) as code,
        status,
        coalesce(first_year, '0000') as first_year,
        coalesce(last_year, '9999') as last_year
    from {{ ref('status_codes') }}
),

indicators as (
    select * from {{ ref('indicators') }}
),

figures as (
    select
        file_id,
        row_number,
        dataset_id,
        area_type,
        area_id,
        academic_year,
        published_year,
        published_on,
        release,
        release_order,
        indicator_id,
        breakdown_id,
        max(case when role = 'value' then cell end) as published_text,
        coalesce(
            max(case when role = 'value' then column_name end), max(case when role = 'numerator' then column_name end)
        ) as value_column,
        max(case when role = 'ci_low' then {{ to_number('cell') }} end) as ci_low,
        max(case when role = 'ci_high' then {{ to_number('cell') }} end) as ci_high,
        coalesce(
            max(case when role = 'exact_denominator' then {{ to_number('cell') }} end),
            max(case when role = 'denominator' then {{ to_number('cell') }} end)
        ) as denominator,
        max(case when role = 'numerator' then {{ to_number('cell') }} end) as numerator,
        max(case when role = 'numerator' then cell end) as numerator_text
    from cells
    group by
        file_id, row_number, dataset_id, area_type, area_id,
        academic_year, published_year, published_on, release, release_order, indicator_id, breakdown_id
),

-- a file that prints a count and whom it is a part of, but no share, has the share all the same
shared as (
    select
        figures.*,
        indicators.kind,
        indicators.unit,
        coalesce(figures.published_text, figures.numerator_text) as value_text,
        case
            when figures.published_text is not null then {{ to_number('figures.published_text') }}
            when figures.denominator > 0 then 100.0 * figures.numerator / figures.denominator
        end as number_read
    from figures
    inner join indicators
        on figures.indicator_id = indicators.indicator_id
    where figures.published_text is not null
        or (indicators.kind = 'proportion' and figures.numerator_text is not null and figures.denominator is not null)
),

read_values as (
    select
        shared.*,
        -- a publisher's own meaning of a code goes before the common one
        coalesce(own_codes.status, common_codes.status) as code_status
    from shared
    left join codes as own_codes
        on upper(trim(shared.value_text)) = own_codes.code
        and shared.dataset_id = own_codes.dataset_id
        and shared.published_year between own_codes.first_year and own_codes.last_year
    left join codes as common_codes
        on upper(trim(shared.value_text)) = common_codes.code
        and common_codes.dataset_id = '*'
        and shared.published_year between common_codes.first_year and common_codes.last_year
),

judged as (
    select
        *,
        case
            when trim(value_text) = '' then 'unavailable'
            when code_status is not null then code_status
            when number_read is null then 'unreadable'
            when unit = '%' and number_read not between 0 and 100 then 'unreadable'
            -- a zero per cent whose own count is a code is no zero: independent schools are published so
            when number_read = 0 and numerator_text is not null and numerator is null then 'not_applicable'
            else 'ok'
        end as status
    from read_values
)

select
    file_id,
    row_number,
    dataset_id,
    area_type,
    area_id,
    academic_year,
    published_year,
    published_on,
    release,
    release_order,
    indicator_id,
    breakdown_id,
    kind,
    unit,
    value_text,
    value_column,
    status,
    case when status = 'ok' then number_read end as value,
    case
        when status <> 'ok' then null
        when numerator is not null then numerator
        -- the publisher prints whole per cents: the count behind one is known to the nearest pupil or so
        when kind = 'proportion' and denominator > 0 then round(number_read * denominator / 100.0)
    end as numerator,
    denominator,
    numerator is not null as is_counted,
    case when status = 'ok' then ci_low end as ci_low,
    case when status = 'ok' then ci_high end as ci_high
from judged
