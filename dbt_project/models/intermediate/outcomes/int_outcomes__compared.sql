-- Published figures of which more than one file may hold the same: which of them is taken. Decided figure by figure, by what the
-- files say and never by when one was copied. Figures of a year, release and indicator that one file alone has are not in here.
with

figures as (
    select * from {{ ref('int_outcomes__decoded') }}
),

several as (
    select indicator_id, academic_year, release
    from figures
    group by indicator_id, academic_year, release
    having count(distinct file_id) > 1
),

described as (
    select
        figures.*,
        files.edition,
        files.sequence,
        figures.status in ('unavailable', 'unreadable') as says_nothing,
        coalesce(figures.published_on, cast('1900-01-01' as date)) as dated,
        case when figures.denominator is null then 0 else 1 end
        + case when figures.is_counted then 1 else 0 end
        + case when figures.ci_low is null or figures.ci_high is null then 0 else 1 end as n_parts,
        -- files alike in everything else: the one with more figures is the whole, the other an extract
        count(*) over (partition by figures.file_id, figures.academic_year) as n_file_figures
    from figures
    inner join several
        on figures.indicator_id = several.indicator_id
        and figures.academic_year = several.academic_year
        and figures.release = several.release
    inner join {{ ref('stg_landing__outcome_files') }} as files
        on figures.file_id = files.file_id
        and files.status = 'loaded'
),

-- what the newest of a kind of file says: that with the later years, then the later date in its name, then the later edition; a
-- figure before a code, and either before nothing. Files alike in all of that go by their names, as people count
said as (
    select
        *,
        first_value(status) over newest as newest_status,
        first_value(value) over newest as newest_value
    from described
    window newest as (
        partition by dataset_id, area_type, area_id, indicator_id, breakdown_id, academic_year, release
        order by
            says_nothing, published_year desc, dated desc, edition desc, case when status = 'ok' then 0 else 1 end,
            n_parts desc, n_file_figures desc, sequence desc, row_number desc
        rows between unbounded preceding and unbounded following
    )
),

-- of the files that say the same as the newest, the fullest: it has the pupils behind the figure
placed as (
    select
        *,
        status = newest_status and coalesce(value, 0) = coalesce(newest_value, 0) as agrees,
        row_number() over (
            partition by dataset_id, area_type, area_id, indicator_id, breakdown_id, academic_year, release
            order by
                case when status = newest_status and coalesce(value, 0) = coalesce(newest_value, 0) then 0 else 1 end,
                n_parts desc, published_year desc, dated desc, edition desc, n_file_figures desc, sequence desc, row_number desc
        ) as rank_in_kind
    from said
),

-- a figure may stand in two kinds of file, performance tables and Explore Education Statistics: the one with a value
chosen as (
    select
        *,
        row_number() over (
            partition by area_type, area_id, indicator_id, breakdown_id, academic_year, release
            order by case when rank_in_kind = 1 then 0 else 1 end, case when status = 'ok' then 0 else 1 end, dataset_id, rank_in_kind
        ) as choice,
        count(*) over (
            partition by area_type, area_id, indicator_id, breakdown_id, academic_year, release
        ) as n_candidates
    from placed
)

select
    file_id,
    row_number,
    dataset_id,
    area_type,
    area_id,
    academic_year,
    release,
    indicator_id,
    breakdown_id,
    published_year,
    dated,
    edition,
    value_column,
    value,
    status,
    says_nothing,
    agrees,
    rank_in_kind,
    choice,
    n_candidates,
    case
        when n_candidates = 1 then 'No other file has this figure'
        when choice = 1 and n_candidates > 1 then 'Taken'
        when rank_in_kind = 1 then 'Another kind of file has the figure'
        when says_nothing then 'Nothing stands here in this file'
        when agrees then 'It says the same as the file taken'
        else 'Another file is newer or fuller, by its years, the date in its name, or what stands in it'
    end as reason
from chosen
