{{ template_mart('template_viewers', term=none) }}
