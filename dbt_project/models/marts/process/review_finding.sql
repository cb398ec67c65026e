{{ template_mart('template_review_findings', term=none) }}
