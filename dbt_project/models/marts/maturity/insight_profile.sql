-- The five insights of a partnership.
{{ template_mart('template_insight_profile') }}
