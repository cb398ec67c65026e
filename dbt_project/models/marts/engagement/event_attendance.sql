{{ template_mart('template_attendance', term=none) }}
