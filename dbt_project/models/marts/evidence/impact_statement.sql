{{ template_mart('template_impact_statements') }}
