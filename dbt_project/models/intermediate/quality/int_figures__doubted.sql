-- Columns of figures that each rule of cells lets pass and that together look wrong. One row per file, year, column and doubt.
with

figures as (
    select * from {{ ref('int_outcomes__decoded') }}
    where status = 'ok'
),

-- percentages that a spreadsheet wrote as shares of one
fractions as (
    select
        file_id,
        academic_year,
        value_column as column_name,
        'fractions' as doubt_id,
        count(*) as n_figures,
        min(row_number) as first_row,
        max(row_number) as last_row,
        'Percentages that are all at most 1: they may be shares of one, such as 0.61 for 61%' as reason
    from figures
    where unit = '%'
    group by file_id, academic_year, value_column
    having max(value) <= 1 and count(case when value > 0 then 1 end) >= 3
),

-- a percentage that is not its own count out of its own pupils; where few of a column are, the publisher counts among other pupils
-- than those beside it, and single rows show nothing
counted as (
    select
        *,
        abs(value - 100.0 * numerator / denominator) > 1.5 as is_off
    from figures
    where unit = '%' and kind = 'proportion' and is_counted and denominator > 0
),

own_counts as (
    select
        file_id,
        academic_year,
        value_column as column_name,
        'own_counts' as doubt_id,
        count(case when is_off then 1 end) as n_figures,
        min(case when is_off then row_number end) as first_row,
        max(case when is_off then row_number end) as last_row,
        'The percentage is not the count beside it out of the pupils beside it' as reason
    from counted
    group by file_id, academic_year, value_column
    having count(case when is_off then 1 end) > 0 and avg(case when is_off then 1.0 else 0.0 end) <= 0.1
),

of_schools as (
    select
        file_id,
        dataset_id,
        academic_year,
        indicator_id,
        breakdown_id,
        value_column as column_name,
        count(*) as n_figures,
        min(row_number) as first_row,
        max(row_number) as last_row,
        quantile_cont(value, 0.05) as low,
        quantile_cont(value, 0.95) as high
    from figures
    where area_type = 'school'
    group by file_id, dataset_id, academic_year, indicator_id, breakdown_id, value_column
    having count(*) >= 20
),

-- a column put under another's heading
unlike as (
    select
        of_schools.file_id,
        of_schools.academic_year,
        of_schools.column_name,
        'unlike_year_before' as doubt_id,
        max(of_schools.n_figures) as n_figures,
        min(of_schools.first_row) as first_row,
        max(of_schools.last_row) as last_row,
        'Nineteen of twenty schools lie beyond nineteen of twenty of the year before: the column may hold something else' as reason
    from of_schools
    inner join of_schools as before
        on of_schools.dataset_id = before.dataset_id
        and of_schools.indicator_id = before.indicator_id
        and of_schools.breakdown_id = before.breakdown_id
        and cast(left(of_schools.academic_year, 4) as integer) = cast(left(before.academic_year, 4) as integer) + 1
    where of_schools.low > before.high or of_schools.high < before.low
    group by of_schools.file_id, of_schools.academic_year, of_schools.column_name
),

-- two files that say the same of themselves and not the same of a figure
differing as (
    select
        other.file_id,
        other.academic_year,
        other.value_column as column_name,
        'differing' as doubt_id,
        count(*) as n_figures,
        min(other.row_number) as first_row,
        max(other.row_number) as last_row,
        'Another file of the same release and date says otherwise, and neither name tells which is newer: the fuller one was taken' as reason
    from {{ ref('int_outcomes__compared') }} as other
    inner join {{ ref('int_outcomes__compared') }} as taken
        on other.dataset_id = taken.dataset_id
        and other.area_type = taken.area_type
        and other.area_id = taken.area_id
        and other.indicator_id = taken.indicator_id
        and other.breakdown_id = taken.breakdown_id
        and other.academic_year = taken.academic_year
        and other.release = taken.release
        and other.published_year = taken.published_year
        and other.dated = taken.dated
        and other.edition = taken.edition
    where taken.rank_in_kind = 1
        and other.rank_in_kind > 1
        and not other.agrees
        and not other.says_nothing
    group by other.file_id, other.academic_year, other.value_column
)

select * from fractions
union all
select * from own_counts
union all
select * from unlike
union all
select * from differing
