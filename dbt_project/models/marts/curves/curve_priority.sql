{{ template_mart('template_curves', term=none) }}
