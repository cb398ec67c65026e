-- Rows of the published outcome files with what became of them beside all other files: a row of which every figure is taken from
-- another is superseded.
with

outdone as (
    select file_id, row_number
    from {{ ref('int_outcomes__compared') }}
    group by file_id, row_number
    having min(rank_in_kind) > 1
)

select
    classified.file_id,
    classified.row_number,
    case
        when classified.disposition = 'accepted' and outdone.file_id is not null then 'superseded'
        else classified.disposition
    end as disposition,
    classified.reject_column,
    classified.reject_value,
    classified.reject_reason
from {{ ref('int_outcome_rows__classified') }} as classified
left join outdone
    on classified.file_id = outdone.file_id
    and classified.row_number = outdone.row_number
