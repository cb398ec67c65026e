-- Roles in partnerships over time, by post.
{{ template_mart('template_roles') }}
