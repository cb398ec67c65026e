{{ template_mart('template_agreements', term=none) }}
