-- Turn the curve: what a partnership wants to change, from which figure to which.
-- Rules: Up to three priorities a year; their essentials are in curve_essential.
{{ template_mart('template_curves', elsewhere='essential_') }}
