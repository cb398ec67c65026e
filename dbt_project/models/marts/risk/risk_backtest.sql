{#- The orders of year t that are put to the test: what each says of the year after. -#}
{% set orders = ['register', 'score', 'last_year_fifth', 'last_year_value'] -%}
{#- One order less another, by the name of the difference. -#}
{% set differences = {
    'over_score': ('register', 'score'),
    'over_last_year_fifth': ('register', 'last_year_fifth'),
    'over_last_year_value': ('register', 'last_year_value'),
    'score_over_last_year_fifth': ('score', 'last_year_fifth'),
} -%}
with

levels as (
    select *, cast(left(academic_year, 4) as integer) as year_number
    from {{ ref('risk_level') }}
),

scores as (
    select area_id, academic_year, score
    from {{ ref('risk_register') }}
    where area_type = 'school' and season = 'summer'
),

-- schools with a figure in both years, of kinds whose standing is told in the first of them: elsewhere there is no order to
-- test; worst fifth: the fifth of their own kind with the least favourable figures
pairs as (
    select
        now.indicator_id,
        now.peer_kind,
        now.academic_year,
        now.shrunk_distance as register,
        coalesce(scores.score, 0) as score,
        case
            when percent_rank() over (
                partition by now.indicator_id, now.peer_kind, now.academic_year order by now.worse_value
            ) >= 0.8 then 1.0 else 0.0
        end as last_year_fifth,
        now.worse_value as last_year_value,
        percent_rank() over (
            partition by now.indicator_id, now.peer_kind, now.academic_year order by next.worse_value
        ) >= 0.8 as is_worst
    from levels as now
    inner join levels as next
        on now.school_id = next.school_id
        and now.indicator_id = next.indicator_id
        and now.peer_kind = next.peer_kind
        and now.year_number + 1 = next.year_number
    left join scores
        on now.school_id = scores.area_id
        and now.academic_year = scores.academic_year
    where now.worse_value is not null and next.worse_value is not null and now.share_better is not null
),

-- schools of the other group that stand below, a tie counted half: all windows of an order share one sort
ranked as (
    select
        *,
        sum(worst) over everyone as worst_size,
        count(*) over everyone as size
        {%- for order in orders %},
        case
            when is_worst
                then count(*) over {{ order }}_up_to - sum(worst) over {{ order }}_up_to
                    - (count(*) over {{ order }}_level - sum(worst) over {{ order }}_level) / 2.0
            else sum(worst) over {{ order }}_up_to - sum(worst) over {{ order }}_level / 2.0
        end as {{ order }}_below
        {%- endfor %}
    from (select *, case when is_worst then 1 else 0 end as worst from pairs) as counted
    window
        everyone as (partition by indicator_id, peer_kind, academic_year)
        {%- for order in orders %},
        {{ order }}_up_to as (
            partition by indicator_id, peer_kind, academic_year order by {{ order }}
            range between unbounded preceding and current row
        ),
        {{ order }}_level as (
            partition by indicator_id, peer_kind, academic_year order by {{ order }} range between current row and current row
        )
        {%- endfor %}
),

-- the share of the other group each school is on the right side of (DeLong, DeLong and Clarke-Pearson 1988)
placed as (
    select
        indicator_id,
        peer_kind,
        academic_year,
        is_worst
        {%- for order in orders %},
        case when is_worst then {{ order }}_below / (size - worst_size) else 1 - {{ order }}_below / worst_size end
            as {{ order }}_right
        {%- endfor %}
    from ranked
    where worst_size > 0 and worst_size < size
),

groups as (
    select
        indicator_id,
        peer_kind,
        academic_year,
        is_worst,
        count(*) as schools
        {%- for order in orders %},
        {{ in_order('avg', order ~ '_right') }} as auc_{{ order }},
        coalesce({{ in_order('var_samp', order ~ '_right') }}, 0) / count(*) as variance_{{ order }}
        {%- endfor %}
        {%- for name, (one, other) in differences.items() %},
        coalesce({{ in_order('var_samp', one ~ '_right - ' ~ other ~ '_right') }}, 0) / count(*) as variance_{{ name }}
        {%- endfor %}
    from placed
    group by indicator_id, peer_kind, academic_year, is_worst
),

by_year as (
    select
        indicator_id,
        peer_kind,
        academic_year,
        sum(schools) as n_schools,
        sum(case when is_worst then schools else 0 end) as n_worst
        {%- for order in orders %},
        max(auc_{{ order }}) as auc_{{ order }},
        sqrt({{ in_order('sum', 'variance_' ~ order) }}) as error_{{ order }}
        {%- endfor %}
        {%- for name in differences %},
        sqrt({{ in_order('sum', 'variance_' ~ name) }}) as error_{{ name }}
        {%- endfor %}
    from groups
    group by indicator_id, peer_kind, academic_year
    having min(schools) >= {{ var('risk_least_peers') }}
),

-- the years together: the same schools come again, so their errors are averaged as if they were one error
together as (
    select * from by_year
    union all
    select
        indicator_id,
        peer_kind,
        'all' as academic_year,
        sum(n_schools) as n_schools,
        sum(n_worst) as n_worst
        {%- for order in orders %},
        {{ in_order('avg', 'auc_' ~ order) }},
        {{ in_order('avg', 'error_' ~ order) }}
        {%- endfor %}
        {%- for name in differences %},
        {{ in_order('avg', 'error_' ~ name) }}
        {%- endfor %}
    from by_year
    group by indicator_id, peer_kind
)

select
    indicator_id,
    peer_kind,
    academic_year,
    cast(n_schools as bigint) as n_schools,
    cast(n_worst as bigint) as n_worst,
    {%- for order in orders %}
    auc_{{ order }},
    greatest(0, auc_{{ order }} - {{ var('z95') }} * error_{{ order }}) as auc_{{ order }}_low,
    least(1, auc_{{ order }} + {{ var('z95') }} * error_{{ order }}) as auc_{{ order }}_high,
    {%- endfor %}
    {%- for name, (one, other) in differences.items() %}
    auc_{{ one }} - auc_{{ other }} - {{ var('z95') }} * error_{{ name }} as {{ name }}_low,
    auc_{{ one }} - auc_{{ other }} + {{ var('z95') }} * error_{{ name }} as {{ name }}_high
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from together
