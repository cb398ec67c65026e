{# What the models of forecasts share: the scale they work on, classes of size, and the forecast of a method. #}

{# Rates are forecast as square roots: events of few pupils scatter with their own size, and the root makes that alike.
   (greatest and least pass over a null, so that it has to be kept by hand.) #}
{% macro to_scale(value, kind) -%}
    case when {{ kind }} = 'rate' then sqrt(case when {{ value }} < 0 then 0 else {{ value }} end) else {{ value }} end
{%- endmacro %}

{# Back from the scale to the indicator's own unit, kept to what the indicator can be. #}
{% macro from_scale(scaled, kind) -%}
    case
        when {{ kind }} = 'progress' or {{ scaled }} is null then {{ scaled }}
        when {{ scaled }} < 0 then 0
        when {{ kind }} = 'rate' then ({{ scaled }}) * ({{ scaled }})
        when {{ kind }} = 'proportion' and {{ scaled }} > 100 then 100
        else {{ scaled }}
    end
{%- endmacro %}

{# Figures about as many pupils scatter alike: the upper edge of each class, and the last class without one. #}
{% macro size_class(n_pupils) -%}
    case
        when {{ n_pupils }} is null then 'unknown'
        when {{ n_pupils }} <= 30 then '1-30'
        when {{ n_pupils }} <= 100 then '31-100'
        when {{ n_pupils }} <= 300 then '101-300'
        when {{ n_pupils }} <= 1000 then '301-1000'
        else 'over 1000'
    end
{%- endmacro %}

{# The year an academic year begins in, as a number. #}
{% macro first_year(academic_year) -%}
    cast(left({{ academic_year }}, 4) as integer)
{%- endmacro %}


{# Drift of h years, each year half of the last: 0.5, 0.75, ... of the last change. #}
{% macro drift_share(horizon) -%}
    (1 - power({{ var('drift_damping') }}, {{ horizon }})) * {{ var('drift_damping') }} / (1 - {{ var('drift_damping') }})
{%- endmacro %}

{# The forecast of a row of int_forecasts__made by the method named in `method`, so many years ahead, on its scale. #}
{% macro forecast_by(method, horizon, made='made') -%}
    case {{ method }}
        {%- for name in var('forecast_methods') %}
        when '{{ name }}' then {{ made }}.{{ name }}{% if name == 'drift' %} + {{ drift_share(horizon) }} * {{ made }}.last_change{% endif %}
        {%- endfor %}
    end
{%- endmacro %}
