-- Schools that have figures, under the keys that figures have: one row per URN of them, and of their lineage.
select
    {{ listed('school_id', 'areas') }} as school_id,
    {{ listed('urn', 'areas') }} as urn,
    name,
    phase,
    {{ listed('la_code', 'benchmarks') }} as la_code,
    is_independent,
    is_current
from ({{ schools_with_figures() }}) as schools
