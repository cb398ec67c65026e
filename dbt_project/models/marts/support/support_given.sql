-- Support schools were given, by whom, how much and what followed.
{{ template_mart('template_support_given') }}
