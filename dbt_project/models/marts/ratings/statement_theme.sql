select distinct
    statements.statement_id,
    themes.theme
from {{ ref('fct_statement') }} as statements
inner join {{ ref('themes') }} as themes
    on lower(statements.text) like lower(themes.pattern)
