-- What was said at development visits of partnerships: successes, challenges, lessons and next steps.
{{ template_mart('template_development_visits') }}
