{# Formulas used by more than one model. p and value in per cent (0-100), n in people. confidence is 0.95 unless another is
   given. #}

{# Standard normal quantile of a two-sided interval: of those that are used anywhere. An interval that is wrong more than one
   time in ten is none. #}
{% macro normal_quantile(confidence) -%}
    {%- set known = {0.95: var('z95'), 0.998: 3.090232306167813} -%}
    {%- if confidence < 0.9 or confidence > 1 -%}
        {{ exceptions.raise_compiler_error("confidence is a share from 0.9 to 1, and not " ~ confidence) }}
    {%- elif confidence not in known -%}
        {{ exceptions.raise_compiler_error("no quantile is known for a confidence of " ~ confidence) }}
    {%- endif -%}
    {{ return(known[confidence]) }}
{%- endmacro %}

{# a / b, null where b is null or zero: engines disagree about division by zero. #}
{% macro ratio(numerator, denominator) -%}
    (({{ numerator }}) / nullif(cast({{ denominator }} as double), 0))
{%- endmacro %}

{# Wilson score interval of a proportion (PHE Technical Guide 3): side is -1 for the lower, 1 for the upper limit, in per cent.
   To be sure altogether (confidence 1) is to say nothing: 0 to 100. #}
{% macro wilson(p, n, side, confidence=0.95) -%}
    {%- if confidence == 1 %}
    case when {{ n }} > 0 then {{ 100.0 if side > 0 else 0.0 }} end
    {%- else -%}
    {%- set z = normal_quantile(confidence) -%}
    {%- set q = "least(greatest((" ~ p ~ ") / 100.0, 0), 1)" -%}
    {%- set x = "(" ~ n ~ ")" -%}
    case
        when {{ x }} > 0
            then 100 * least(1, greatest(0, (
                {{ q }} + {{ z }} * {{ z }} / (2 * {{ x }})
                {{ '+' if side > 0 else '-' }} {{ z }} * sqrt(
                    {{ q }} * (1 - {{ q }}) / {{ x }} + {{ z }} * {{ z }} / (4 * {{ x }} * {{ x }})
                )
            ) / (1 + {{ z }} * {{ z }} / {{ x }})))
    end
    {%- endif %}
{%- endmacro %}

{# Byar's interval of a count of independent events (PHE Technical Guide 3): side as above, in events. Nothing can be fewer
   than no event, so the lower limit of 0 is 0; where the approximation itself falls below 0 there is no lower limit. #}
{% macro byar(events, side, confidence=0.95) -%}
    {%- set z = normal_quantile(confidence) -%}
    {%- set x = "cast(" ~ events ~ " as double)" if side < 0 else "(cast(" ~ events ~ " as double) + 1)" -%}
    {%- set root = "(1 - 1 / (9 * " ~ x ~ ") " ~ ('-' if side < 0 else '+') ~ " " ~ z ~ " / (3 * sqrt(" ~ x ~ ")))" -%}
    case
        {%- if side < 0 %}
        when {{ events }} = 0 then 0
        {%- endif %}
        when {{ events }} >= {{ 0 if side > 0 else 1 }} and {{ root }} >= 0 then {{ x }} * {{ root }} * {{ root }} * {{ root }}
    end
{%- endmacro %}

{# Quantiles of Student's t for a two-sided interval of 95 or 99.8 per cent with `df` degrees of freedom (whole numbers from
   1): tabled up to 30, then Fisher and Cornish's expansion, whose error there is below 1e-6. #}
{% macro student_t(df, per_cent=95) -%}
    {%- set tabled = {
        '95': [
            12.7062047362, 4.3026527297, 3.1824463053, 2.7764451052, 2.5705818356, 2.4469118511,
            2.3646242516, 2.3060041352, 2.2621571628, 2.2281388520, 2.2009851601, 2.1788128297,
            2.1603686565, 2.1447866879, 2.1314495456, 2.1199052992, 2.1098155778, 2.1009220402,
            2.0930240544, 2.0859634473, 2.0796138447, 2.0738730679, 2.0686576104, 2.0638985616,
            2.0595385528, 2.0555294386, 2.0518305165, 2.0484071418, 2.0452296421, 2.0422724563
        ],
        '99.8': [
            318.3088389856, 22.3271247701, 10.2145318524, 7.1731822198, 5.8934295314, 5.2076262387,
            4.7852896286, 4.5007909337, 4.2968056627, 4.1437004940, 4.0247010376, 3.9296332646,
            3.8519823912, 3.7873902375, 3.7328344253, 3.6861547927, 3.6457673801, 3.6104848848,
            3.5794001490, 3.5518083432, 3.5271536689, 3.5049920311, 3.4849643749, 3.4667772980,
            3.4501887270, 3.4349971816, 3.4210336212, 3.4081551784, 3.3962402884, 3.3851848668
        ],
    }[per_cent | string] -%}
    {%- set z = {'95': 1.959963984540054, '99.8': 3.090232306167813}[per_cent | string] -%}
    {%- set v = "cast(" ~ df ~ " as double)" -%}
    case
        {%- for quantile in tabled %}
        when {{ df }} = {{ loop.index }} then {{ quantile }}
        {%- endfor %}
        when {{ df }} > 30 then {{ z }}
            + {{ (z ** 3 + z) / 4 }} / {{ v }}
            + {{ (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96 }} / ({{ v }} * {{ v }})
            + {{ (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384 }} / ({{ v }} * {{ v }} * {{ v }})
            + {{ (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160 }} / ({{ v }} * {{ v }} * {{ v }} * {{ v }})
    end
{%- endmacro %}

{# Half the width of the t interval of a weighted mean of n values: the values are the sample, whatever stands behind each.
   Takes the sums of w, w*w, w*w*x and w*w*x*x. With equal weights it is the t interval of a plain mean. #}
{% macro mean_half_width(n, mean, w, ww, wwx, wwxx, per_cent=95) -%}
    case
        when {{ n }} >= 2 then {{ student_t("(" ~ n ~ " - 1)", per_cent) }} * sqrt(
            greatest(0, {{ wwxx }} - 2 * {{ mean }} * {{ wwx }} + {{ mean }} * {{ mean }} * {{ ww }})
            * {{ n }} / nullif(cast({{ n }} - 1 as double), 0)
        ) / nullif(cast({{ w }} as double), 0)
    end
{%- endmacro %}

{# The order in which figures of one year are published: 1 provisional, 2 revised, 3 final. #}
{% macro release_order(release) -%}
    case {{ release }} when 'provisional' then 1 when 'revised' then 2 else 3 end
{%- endmacro %}
