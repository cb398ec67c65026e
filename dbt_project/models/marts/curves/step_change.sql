{{ template_mart('template_step_changes', term=none) }}
