-- Events of the programme.
{{ template_mart('template_events') }}
