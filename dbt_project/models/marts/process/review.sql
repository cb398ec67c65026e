-- Peer reviews: focus, enquiry, the to-what-extent ratings, priority and commitment, and the dates of the seven steps.
-- Rules: Ratings run from 0 to 5; a date is blank until its step is taken.
{{ template_mart('template_reviews') }}
