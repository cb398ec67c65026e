-- Money allocated and spent.
-- Rules: Amounts in pounds.
{{ template_mart('template_funding') }}
