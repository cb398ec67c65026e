{{ template_mart('template_development_visits') }}
