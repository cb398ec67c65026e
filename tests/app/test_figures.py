"""Figures as plain dictionaries and SVG."""

from __future__ import annotations

from xml.etree import ElementTree

from dashboards.figures import svg
from dashboards.figures.drawing import drawing, ticks
from dashboards.figures.lines import Line, Point, line_figure

YEARS = ["2015/16", "2016/17", "2017/18", "2018/19"]


def _figure() -> dict:  # type: ignore[type-arg]
    own = Line(
        "North",
        0,
        [Point("2015/16", 60, 55, 65), Point("2016/17", None, status="suppressed"), Point("2018/19", 64, 60, 68)],
    )
    england = Line("England", 2, [Point(year, 63) for year in YEARS])
    return line_figure([own, england], YEARS, "%", "proportion", 0)


def test_a_missing_year_breaks_the_line() -> None:
    line = next(trace for trace in _figure()["data"] if trace["name"] == "North")
    assert line["y"] == [60, None, None, 64]
    assert line["connectgaps"] is False


def test_a_missing_year_says_why_under_its_label() -> None:
    labels = _figure()["layout"]["xaxis"]["ticktext"]
    assert labels == ["2015/16", "2016/17<br>✕ suppressed", "2017/18<br>✕ no<br>data", "2018/19"]


def test_the_band_does_not_cross_a_gap() -> None:
    bands = [trace for trace in _figure()["data"] if trace.get("fill") == "toself"]
    assert [sorted(set(band["x"])) for band in bands] == [["2015/16"], ["2018/19"]]


def test_lines_differ_in_shape_and_dash_not_in_colour_alone() -> None:
    lines = [trace for trace in _figure()["data"] if trace["mode"] == "lines+markers"]
    assert len({trace["marker"]["symbol"] for trace in lines}) == 2
    assert len({trace["line"]["dash"] for trace in lines}) == 2


def test_a_name_cannot_carry_markup_into_the_hover() -> None:
    figure = line_figure([Line("<b>x</b>", 0, [Point("2018/19", 1.0)])], ["2018/19"], "%", "rate", 1)
    assert "<b>x</b></b>" not in figure["data"][0]["hovertemplate"]


def test_every_picture_is_well_formed() -> None:
    series = [("2016/17", 60.0), ("2017/18", None), ("2018/19", 64.0)]
    for picture in (
        svg.sparkline(series),
        svg.sparkline([]),
        svg.sparkline([("2018/19", None)]),
        svg.multiple(series, [("2018/19", 63.0)], 50, 70),
        svg.paired_ratings(3.2, None),
    ):
        ElementTree.fromstring(picture)


def test_a_missing_year_is_a_cross_and_not_a_point_at_zero() -> None:
    picture = svg.sparkline([("2016/17", 60.0), ("2017/18", None), ("2018/19", 64.0)])
    assert picture.count("<circle") == 2
    assert picture.count("m0 -5l-5 5") == 1


def test_lines_and_bands_are_broken_where_the_measure_starts_anew() -> None:
    points = [Point(year, 60.0 + place, 55, 65, segment=place // 2) for place, year in enumerate(YEARS)]
    figure = line_figure([Line("North", 0, points)], YEARS, "%", "proportion", 0)
    line = next(trace for trace in figure["data"] if trace["name"] == "North")
    assert line["y"] == [60, 61, None, 62, 63]
    bands = [trace for trace in figure["data"] if trace.get("fill") == "toself"]
    assert [sorted(set(band["x"])) for band in bands] == [["2015/16", "2016/17"], ["2017/18", "2018/19"]]
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [1.5]


def test_a_small_picture_is_broken_there_too() -> None:
    series = [(year, 60.0) for year in YEARS]
    assert svg.sparkline(series).count("<path") == 1
    assert svg.sparkline(series, breaks=frozenset({"2017/18"})).count("<path") == 2


def _drawn(figure: dict) -> ElementTree.Element:  # type: ignore[type-arg]
    return ElementTree.fromstring(drawing("trend", figure, 380))


def test_a_chart_of_the_server_has_the_lines_marks_gaps_and_labels_of_its_figure() -> None:
    made = _drawn(_figure())
    marks = [mark.text for mark in made.iter("title")]
    assert marks == ["North, 2015/16: 60% (55% to 65%)", "North, 2018/19: 64% (60% to 68%)"] + [
        f"England, {year}: 63%" for year in YEARS
    ]
    labels = ["".join(text.itertext()) for group in made.iter("g") if group.get("class") == "xtick" for text in group]
    assert labels == ["2015/16", "2016/17✕ suppressed", "2017/18✕ nodata", "2018/19"]
    # a year alone has no line; England has one, through all four
    lines = [path.get("d", "") for path in made.iter("path") if path.get("fill") == "none"]
    assert [line.count("L") for line in lines] == [3]


def test_higher_is_further_up_and_later_further_right() -> None:
    places = [
        (float(mark.get("x", "").rstrip("%")), float(mark.get("y", "")))
        for mark in _drawn(_figure()).iter("svg")
        if mark.get("y")
    ]
    first, last = places[:2]
    assert first[0] < last[0] and first[1] > last[1]


def test_round_values_stand_at_the_axis() -> None:
    assert ticks(53.2, 71.4, 7) == [55, 60, 65, 70]
    assert ticks(-7.9, 8.4, 7) == [-5, 0, 5]
    assert [round(value, 6) for value in ticks(0.011, 0.052, 7)] == [0.02, 0.03, 0.04, 0.05]


def test_a_figure_without_a_value_is_an_empty_chart() -> None:
    made = _drawn(line_figure([Line("North", 0, [Point(year, None) for year in YEARS])], YEARS, "%", "proportion", 0))
    assert list(made.iter("title")) == []


def test_a_name_cannot_carry_markup_into_a_drawing() -> None:
    made = _drawn(line_figure([Line("<b>x</b> & “y”", 0, [Point("2018/19", 1.0)])], ["2018/19"], "%", "rate", 1))
    assert "<b>x</b> & “y”" in [span.text or "" for span in made.iter("span")] + [
        (svg_.tail or "") for svg_ in made.iter("svg")
    ]
