{# Every figure that has a better and a worse, with its place in its funnel and among its peers, as a query. #}
{% macro figures_placed() -%}
    select
        benchmarked.figure_number,
        benchmarked.school_id,
        benchmarked.urn,
        benchmarked.indicator_id,
        benchmarked.breakdown_id,
        benchmarked.academic_year,
        benchmarked.peer_kind,
        benchmarked.polarity,
        benchmarked.minimum_pupils,
        benchmarked.status,
        benchmarked.release,
        benchmarked.value,
        benchmarked.n_pupils,
        benchmarked.ci_low,
        benchmarked.ci_high,
        cast(placed.form as varchar) as form,
        cast(placed.benchmark as varchar) as benchmark,
        placed.* exclude (figure_number, form, benchmark)
    from {{ ref('int_school_years__placed') }} as placed
    inner join {{ ref('int_school_years__benchmarked') }} as benchmarked
        on placed.figure_number = benchmarked.figure_number
{%- endmacro %}
