{{ template_mart('template_insight_profile') }}
