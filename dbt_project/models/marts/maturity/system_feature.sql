-- Features of a self-improving system: what is happening and its impact.
{{ template_mart('template_system_features') }}
