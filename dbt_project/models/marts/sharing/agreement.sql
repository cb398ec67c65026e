-- Data-sharing agreements as data: parties, purpose, lawful basis, what may be seen by whom, and until when.
-- Rules: Unsigned parties have no signed_on; nothing is shared on their part.
{{ template_mart('template_agreements') }}
