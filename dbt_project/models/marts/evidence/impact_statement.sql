-- Claims of impact, by beneficiary and strength of evidence.
-- Rules: Quoted only where consent_to_quote is true.
{{ template_mart('template_impact_statements') }}
