{{ template_mart('template_reviews', school='host_urn', term='cycle') }}
