-- Series that start anew at another level, with the reason.
{{ template_mart('template_step_changes') }}
