{{ template_mart('template_maturity_cards') }}
