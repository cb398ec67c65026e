{{ template_mart('template_milestones', term=none) }}
