-- Who came to which event, as numbers of people.
{{ template_mart('template_attendance') }}
