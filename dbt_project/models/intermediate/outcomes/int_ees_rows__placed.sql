-- Rows of Explore Education Statistics files: what their filters mean, and the school of each. A row without a URN is matched
-- by its establishment number with the URN that stood for the school on the census day of the row's year; a number no source
-- knows becomes a school of its own, named L and the number, of a reorganised authority the new one.
with

-- one number for one school: that of the new authority where the old one was reorganised
ees_rows as (
    select
        published.*,
        coalesce(renumbered.new_laestab, published.laestab) as number
    from {{ ref('stg_ees__rows') }} as published
    left join {{ ref('int_numbers__renumbered') }} as renumbered
        on published.laestab = renumbered.old_laestab
),

filters as (
    select
        cells.file_id,
        cells.row_number,
        max(case when known.effect = 'phase' then known.target end) as phase,
        max(case when known.effect = 'breakdown' then known.target end) as breakdown_id,
        max(case when known.effect = 'part' then known.target end) as part,
        max(case when known.effect = 'left_out' then cells.column_name end) as left_out_column,
        max(case when known.effect = 'left_out' then cells.cell end) as left_out_value,
        max(case when known.effect = 'left_out' then known.target end) as left_out,
        count(distinct case when known.effect = 'breakdown' then known.target end) as breakdowns,
        -- of a school, a filter by type of school says what it is, whatever the words
        max(case when known.effect is null and phase_columns.column_name is null then cells.column_name end) as unknown_column,
        max(case when known.effect is null and phase_columns.column_name is null then cells.cell end) as unknown_value,
        max(case when known.effect is null and phase_columns.column_name is not null then cells.cell end) as unknown_phase
    from {{ ref('stg_ees__filter_cells') }} as cells
    left join {{ ref('ees_filters') }} as known
        on cells.dataset_id = known.dataset_id
        and cells.column_name = known.column_name
        and lower(trim(cells.cell)) = lower(known.value)
    left join (
        select distinct dataset_id, column_name from {{ ref('ees_filters') }}
        where effect = 'phase'
    ) as phase_columns
        on cells.dataset_id = phase_columns.dataset_id
        and cells.column_name = phase_columns.column_name
    where trim(cells.cell) <> ''
    group by cells.file_id, cells.row_number
),

-- a file of the same columns may be about one age or one term, and nothing in it says so: its own counts do, beside another file's
sizes as (
    select
        ees_rows.file_id,
        ees_rows.dataset_id,
        ees_rows.academic_year,
        ees_rows.geographic_level,
        ees_rows.pupils,
        ees_rows.sessions,
        max(ees_rows.pupils) over same as most_pupils,
        max(ees_rows.sessions) over same as most_sessions,
        min(ees_rows.file_id) over same <> max(ees_rows.file_id) over same as is_shared
    from ees_rows
    left join filters
        on ees_rows.file_id = filters.file_id
        and ees_rows.row_number = filters.row_number
    where ees_rows.academic_year is not null
        and lower(ees_rows.time_identifier) = 'academic year'
        and coalesce(filters.breakdown_id, 'all') = 'all'
        and filters.unknown_column is null
        and filters.left_out is null
    window same as (
        partition by
            ees_rows.dataset_id, ees_rows.academic_year, lower(ees_rows.geographic_level), filters.phase, filters.part,
            coalesce(ees_rows.urn, ees_rows.laestab, ees_rows.la_code)
    )
),

parts_of_the_whole as (
    select
        file_id,
        academic_year,
        -- of most rows that another file has, too, much less: editions of one figure differ by a few pupils
        coalesce(avg(case when is_shared then case when pupils < 0.8 * most_pupils or sessions < 0.8 * most_sessions then 1.0 else 0.0 end end), 0) > 0.5 as is_smaller,
        -- a pupil could have come on some 370 half days of a year, and on 250 of two terms
        coalesce(avg(case when lower(geographic_level) = 'school' and pupils > 0 then case when sessions < 250 * pupils then 1.0 when sessions is not null then 0.0 end end), 0) > 0.5 as is_shorter
    from sizes
    group by file_id, academic_year
),

numbers as (
    select distinct number as laestab, academic_year
    from ees_rows
    where urn is null and number is not null and academic_year is not null
),

known as (
    select laestab, urn, min(source_order) as source_order, max(opened_on) as opened_on, max(closed_on) as closed_on
    from {{ ref('int_establishments__known') }}
    where laestab is not null
    group by laestab, urn
),

spells as (
    select * from {{ ref('int_school_spells__ordered') }}
),

-- of a lineage, the URN that stood for the school on the census day; one known under other numbers only is another school
standing as (
    select
        numbers.laestab,
        numbers.academic_year,
        known.urn,
        stood.urn as stood_urn
    from numbers
    inner join known
        on numbers.laestab = known.laestab
    inner join spells as own
        on known.urn = own.urn
    inner join spells as stood
        on own.school_id = stood.school_id
        and coalesce(stood.valid_from, cast('1800-01-01' as date)) <= {{ census_day('numbers.academic_year') }}
        and coalesce(stood.valid_to, cast('2999-12-31' as date)) >= {{ census_day('numbers.academic_year') }}
    left join known as same_number
        on stood.urn = same_number.urn
        and numbers.laestab = same_number.laestab
    left join (select distinct urn from known) as numbered
        on stood.urn = numbered.urn
    where same_number.urn is not null or numbered.urn is null
),

candidates as (
    select
        numbers.laestab,
        numbers.academic_year,
        coalesce(standing.stood_urn, known.urn) as urn,
        known.urn as own_urn,
        row_number() over (
            partition by numbers.laestab, numbers.academic_year
            order by
                case when standing.stood_urn = known.urn then 0 when standing.stood_urn is not null then 1 else 2 end,
                case
                    when known.closed_on < {{ census_day('numbers.academic_year') }} then 1
                    when known.opened_on > {{ census_day('numbers.academic_year') }} then 1
                    else 0
                end,
                known.source_order,
                known.urn desc
        ) as choice
    from numbers
    inner join known
        on numbers.laestab = known.laestab
    left join standing
        on known.urn = standing.urn
        and numbers.laestab = standing.laestab
        and numbers.academic_year = standing.academic_year
),

-- two numbers of one year are two schools: where both point at one URN, the one that is known to be its number has it
claimed as (
    select
        *,
        row_number() over (
            partition by urn, academic_year order by case when urn = own_urn then 0 else 1 end, laestab
        ) as claim
    from candidates
    where choice = 1
),

settled as (
    select
        laestab,
        academic_year,
        case when claim = 1 then urn else own_urn end as urn,
        row_number() over (
            partition by case when claim = 1 then urn else own_urn end, academic_year order by claim, laestab
        ) as claim
    from claimed
),

matched as (
    select laestab, academic_year, urn
    from settled
    where claim = 1
)

select
    ees_rows.file_id,
    ees_rows.row_number,
    ees_rows.dataset_id,
    case
        when lower(ees_rows.geographic_level) = 'school' then 'School'
        else ees_rows.geographic_level || coalesce('|' || filters.phase, '|' || filters.unknown_phase, '')
    end as record_type,
    coalesce(ees_rows.la_code, case when lower(ees_rows.geographic_level) = 'school' then left(ees_rows.laestab, 3) end) as la_code,
    right(ees_rows.laestab, 4) as estab,
    ees_rows.urn_text,
    ees_rows.urn,
    ees_rows.school_name,
    filters.phase as institution_type,
    coalesce(ees_rows.urn, matched.urn, 'L' || ees_rows.number) as school_key,
    ees_rows.academic_year as row_year,
    coalesce(filters.breakdown_id, 'all') as breakdown_id,
    filters.part,
    ees_rows.release as row_release,
    ees_rows.pupils as n_pupils,
    case
        when lower(ees_rows.time_identifier) <> 'academic year' then 'time_identifier'
        when ees_rows.academic_year is null then 'time_period'
        when filters.unknown_column is not null then filters.unknown_column
        when filters.left_out is not null then filters.left_out_column
        when filters.breakdowns > 1 then 'breakdown'
        when parts_of_the_whole.is_shorter then 'sess_possible'
        when record_types.area_type is null then 'geographic_level'
        when record_types.area_type = 'authority' and ees_rows.la_code is null then 'old_la_code'
        when record_types.area_type = 'school' and coalesce(ees_rows.urn, ees_rows.laestab) is null then 'school_urn'
    end as known_column,
    case
        when lower(ees_rows.time_identifier) <> 'academic year' then ees_rows.time_identifier
        when ees_rows.academic_year is null then ees_rows.time_period
        when filters.unknown_column is not null then filters.unknown_value
        when filters.left_out is not null then filters.left_out_value
        when filters.breakdowns > 1 then cast(filters.breakdowns as varchar)
        when record_types.area_type is null then ees_rows.geographic_level || coalesce(', ' || filters.phase, ', ' || filters.unknown_phase, '')
        when record_types.area_type = 'school' and coalesce(ees_rows.urn, ees_rows.laestab) is null then ees_rows.urn_text
    end as known_value,
    case
        when lower(ees_rows.time_identifier) <> 'academic year'
            then 'The row is about a part of the year: only whole academic years are taken'
        when ees_rows.academic_year is null
            then 'The period is no academic year such as 201617'
        when filters.unknown_column is not null
            then 'The row is about a part that is not known here'
        when filters.left_out is not null
            then 'The row is about ' || filters.left_out || ', of which no figures are kept'
        when filters.breakdowns > 1
            then 'The row is about pupils of several groups at once: figures are kept for one group at a time'
        when parts_of_the_whole.is_shorter
            then 'The row is about a part of the year: its pupils could have come on fewer half days than a year has'
        when parts_of_the_whole.is_smaller
            then 'Beside another file the row is about a part of its pupils: for the same schools and year that one counts many more'
        when record_types.area_type is null
            then case
                when all_of_level.record_type is not null
                    then 'The row is about schools of one type in its area, and of such an area figures are kept for all schools only'
                else 'The row is about an area for which no figures are kept: they are kept for schools, authorities and England'
            end
        when record_types.area_type = 'authority' and ees_rows.la_code is null
            then 'An authority row needs a three-digit authority code'
        when record_types.area_type = 'school' and coalesce(ees_rows.urn, ees_rows.laestab) is null
            then 'A school row needs a URN of six digits or an establishment number of seven'
    end as known_reason
from ees_rows
left join filters
    on ees_rows.file_id = filters.file_id
    and ees_rows.row_number = filters.row_number
left join parts_of_the_whole
    on ees_rows.file_id = parts_of_the_whole.file_id
    and ees_rows.academic_year = parts_of_the_whole.academic_year
left join matched
    on ees_rows.urn is null
    and ees_rows.number = matched.laestab
    and ees_rows.academic_year = matched.academic_year
left join {{ ref('record_types') }} as record_types
    on ees_rows.dataset_id = record_types.dataset_id
    and record_types.record_type = case
        when lower(ees_rows.geographic_level) = 'school' then 'School'
        else ees_rows.geographic_level || coalesce('|' || filters.phase, '|' || filters.unknown_phase, '')
    end
left join {{ ref('record_types') }} as all_of_level
    on ees_rows.dataset_id = all_of_level.dataset_id
    and ees_rows.geographic_level = all_of_level.record_type
