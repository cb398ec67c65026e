-- Accounts that may look, and what they look as.
{{ template_mart('template_viewers') }}
