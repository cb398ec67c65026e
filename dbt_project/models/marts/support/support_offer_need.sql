-- What schools offer and need.
{{ template_mart('template_support_offers_needs') }}
