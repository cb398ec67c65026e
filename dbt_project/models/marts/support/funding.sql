{{ template_mart('template_funding', term=none) }}
