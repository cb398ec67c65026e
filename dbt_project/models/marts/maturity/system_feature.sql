{{ template_mart('template_system_features') }}
