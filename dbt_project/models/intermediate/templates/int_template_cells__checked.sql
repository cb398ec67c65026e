-- Every cell of every template under its contract: corrected where a correction says so, tidy where it is right, with a
-- sentence where it is not.
{% set corrected %}
(
    select
        cells.dataset_id,
        cells.file_id,
        cells.row_number,
        cells.column_name,
        case when corrections.target_file_id is not null then corrections.new_value else cells.cell end as cell
    from {{ ref('stg_template__cells') }} as cells
    left join {{ ref('int_corrections__classified') }} as corrections
        on cells.file_id = corrections.target_file_id
        and cells.row_number = corrections.target_row
        and cells.column_name = corrections.target_column
        and corrections.disposition = 'accepted'
)
{% endset %}
{{ checked_cells(corrected) }}
