-- Strengths and areas to consider found in reviews.
{{ template_mart('template_review_findings') }}
