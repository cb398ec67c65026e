-- One judgement of one inspection per row, the latest edition's word for it.
with

cells as (
    select * from {{ ref('stg_ofsted__grade_cells') }}
    where trim(cell) <> ''
),

dates as (
    select * from {{ ref('stg_ofsted__date_cells') }}
    where cell <> ''
),

columns_known as (
    select * from {{ ref('inspection_columns') }}
),

lineages as (
    select urn, first_urn from {{ ref('int_lineages__resolved') }}
),

grades as (
    select upper(code) as code, grade, grade_order, status from {{ ref('inspection_grades') }}
),

accepted as (
    select * from {{ ref('int_inspection_rows__classified') }}
    where disposition = 'accepted'
),

dated as (
    select
        cells.file_id,
        cells.row_number,
        -- the URN it had then, where the links say that it is the same school; else the inspection would leave its school
        case
            when then_known.first_urn = now_known.first_urn then then_known.urn
            else accepted.urn
        end as urn,
        accepted.edition_on,
        accepted.sequence,
        {{ to_date('inspected.cell') }} as inspected_on,
        {{ to_date('published.cell') }} as published_on,
        columns_known.framework as framework_said,
        columns_known.judgement_id,
        columns_known.column_name,
        columns_known.inspected_on_column,
        trim(cells.cell) as raw_grade
    from cells
    inner join accepted
        on cells.file_id = accepted.file_id
        and cells.row_number = accepted.row_number
    inner join columns_known
        on cells.column_name = lower(columns_known.column_name)
    left join dates as inspected
        on cells.file_id = inspected.file_id
        and cells.row_number = inspected.row_number
        and lower(columns_known.inspected_on_column) = inspected.column_name
    left join dates as published
        on cells.file_id = published.file_id
        and cells.row_number = published.row_number
        and lower(columns_known.published_on_column) = published.column_name
    left join dates as inspected_urn
        on cells.file_id = inspected_urn.file_id
        and cells.row_number = inspected_urn.row_number
        and lower(columns_known.urn_column) = inspected_urn.column_name
    left join lineages as then_known
        on {{ to_urn('inspected_urn.cell') }} = then_known.urn
    left join lineages as now_known
        on accepted.urn = now_known.urn
),

graded as (
    select
        dated.*,
        coalesce(dated.framework_said, frameworks.framework) as framework,
        case
            when grades.code is not null then grades.grade
            -- the outcome of an ungraded inspection is a sentence
            when dated.judgement_id = 'ungraded_outcome' then dated.raw_grade
        end as grade,
        grades.grade_order,
        case
            when grades.code is not null then grades.status
            when dated.judgement_id = 'ungraded_outcome' then 'ok'
            else 'unreadable'
        end as status
    from dated
    left join grades
        on upper(dated.raw_grade) = grades.code
    left join {{ ref('inspection_frameworks') }} as frameworks
        on dated.inspected_on >= coalesce(frameworks.first_day, cast('1800-01-01' as date))
        and dated.inspected_on <= coalesce(frameworks.last_day, cast('2999-12-31' as date))
)

select
    file_id,
    row_number,
    urn,
    inspected_on,
    published_on,
    framework,
    judgement_id,
    column_name,
    inspected_on_column,
    raw_grade,
    grade,
    grade_order,
    status,
    row_number() over (
        partition by urn, inspected_on, judgement_id
        order by edition_on desc, case when status = 'ok' then 0 else 1 end, sequence desc, row_number desc, column_name
    ) = 1 as is_latest
from graded
where status <> 'unavailable'
