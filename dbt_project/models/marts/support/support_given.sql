{{ template_mart('template_support_given', term=none) }}
