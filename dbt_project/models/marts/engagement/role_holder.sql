{{ template_mart('template_roles', term=none) }}
