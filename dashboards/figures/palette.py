"""The colours of the house, the same as the tokens in assets/turncurve.css.

Belongs here: colour values that charts need as text. Each role also has a shape, so colour never stands alone.
"""

NAVY = "#0b3d66"
TEAL = "#0f7173"
GREY = "#5b6673"
BAND = "rgba(11, 61, 102, 0.13)"
FAN = "rgba(15, 113, 115, 0.16)"
LATER_FAN = "rgba(91, 102, 115, 0.14)"
GRID = "#e3e7ec"
INK = "#1b2430"
BETTER = "#1260a8"
WORSE = "#b3430d"
SIMILAR = "#5b6673"

TONES = {"better": BETTER, "worse": WORSE, "similar": SIMILAR, "none": SIMILAR}
