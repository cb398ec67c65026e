{# The tidy files of Explore Education Statistics: the column of each that counts whom a row is about, in one kind also the sessions they could have come to, and how many years the
   academic year of our figures is later than the period of the file. Destinations are published by the year after the pupils
   left, and shown in the tables of the year after that; in newer files, which are known by `left_in`, by the year they left. #}
{% macro ees_datasets() -%}
    {#- a mark of either edition in any row of a file; a count of students alone is the weakest -#}
    {%- set left_in = "case when notsust_ben is not null or lower(trim(institution_group)) like '%mainstream and special' then 3"
        ~ " when lower(trim(institution_group)) like '%mainstream & special%' then 2"
        ~ " when lower(trim(data_type)) = 'number of students' then 1 else 0 end" -%}
    {{ return([
        {'id': 'ees_exclusions', 'pupils': 'headcount', 'years_later': 0},
        {'id': 'ees_absence', 'pupils': 'enrolments', 'sessions': 'sess_possible', 'years_later': 0},
        {'id': 'ees_ks2', 'pupils': 'eligible_pupil_count', 'years_later': 0},
        {'id': 'ees_ks2_areas', 'pupils': 't_rwm_eligible_pupils', 'years_later': 0},
        {'id': 'ees_ks4', 'pupils': 'pupil_count', 'years_later': 0},
        {'id': 'ees_ks5', 'pupils': 'aps_per_entry_student_count', 'years_later': 0},
        {'id': 'ees_census', 'pupils': 'headcount of pupils', 'years_later': 0},
        {'id': 'ees_sen', 'pupils': 'Total pupils', 'years_later': 0},
        {'id': 'ees_ks4_destinations', 'pupils': 'cohort', 'years_later': 1, 'left_in': left_in},
        {'id': 'ees_ks5_destinations', 'pupils': 'cohort', 'years_later': 1, 'left_in': left_in},
    ]) }}
{%- endmacro %}
