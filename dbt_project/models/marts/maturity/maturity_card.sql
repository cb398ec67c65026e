-- Maturity cards: what is true of a partnership, and what is not yet.
{{ template_mart('template_maturity_cards') }}
