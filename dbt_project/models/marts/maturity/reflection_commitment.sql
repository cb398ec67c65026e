{{ template_mart('template_reflection_grid') }}
