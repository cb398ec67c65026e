-- Milestones of the programme: due, and reached.
{{ template_mart('template_milestones') }}
