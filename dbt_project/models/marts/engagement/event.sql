{{ template_mart('template_events', term=none) }}
