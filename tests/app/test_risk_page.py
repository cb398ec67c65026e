"""The risk register in the app: what it says of schools, of chance, and where there is nothing to say."""

from __future__ import annotations

from typing import Any

import pytest
from dash import Dash

from dashboards.topics.risk import sentences as registered

DAY = {
    "as_at": "2018/19 summer", "evidence_year": "2018/19", "n_tests": 600, "expected_false": 30.0, "fired": 41, "strong": 3,
}  # fmt: skip


def names(made: Any) -> list[str]:
    """Schools of the register, as its rows are headed."""
    links = [
        th["children"]["props"]["children"] for th in made.components("Th") if isinstance(th.get("children"), dict)
    ]
    return [str(link) for link in links]


def test_the_register_lists_who_has_something_to_say(page: Any) -> None:
    made = page("/risk", "?area=authority-999")
    assert len(names(made)) == 4
    assert "1 school without a concern not listed here." in made.text
    assert len(names(page("/risk", "?area=authority-999&quiet=show"))) == 5


def test_the_order_is_part_of_the_address(page: Any) -> None:
    by_score, by_change = (names(page("/risk", f"?area=authority-999&order={order}")) for order in ("score", "change"))
    assert by_score[0].startswith("Alderfen") and by_change[0].startswith("Brackwater")
    assert names(page("/risk", "?area=authority-999&order=since"))[0].startswith("Cotton Lane")
    assert names(page("/risk", "?area=authority-999&order=name")) == sorted(by_score)


def test_the_line_about_chance(page: Any) -> None:
    text = page("/risk", "?area=authority-999").text
    assert "400 tests were made of the results of 2018/19" in text
    assert "about 10 would still raise a flag; 2 did" in text
    assert "no more than 5 in 100 are expected to be false" in text


def test_forty_schools_and_fifteen_indicators_make_thirty_false_flags() -> None:
    said = registered.tests_words(DAY)
    assert "600 tests" in said and "about 30 would still raise a flag; 41 did" in said


def test_a_day_without_results_says_that_facts_are_no_tests(page: Any) -> None:
    assert "there are no results to test" in page("/risk", "?area=authority-999&as_at=2018/19 spring").text


def test_reasons_have_shape_and_colour_by_kind_and_strength(page: Any) -> None:
    made = page("/risk", "?area=authority-999")
    pills = {
        " ".join(str(t) for t in _flat(s)): s["className"]
        for s in made.components("Span")
        if "pill" in str(s.get("className"))
    }
    assert pills["◆  Funnel rwm"] == "pill worse"
    assert pills["◇  Gap wide rwm"] == "pill none"
    assert pills["■  Engagement low"] == "pill worse"
    assert pills["□  Check in late"] == "pill none"


def _flat(span: Any) -> list[str]:
    children = span["children"] if isinstance(span["children"], list) else [span["children"]]
    return [c["props"]["children"] if isinstance(c, dict) else c for c in children]


def test_a_partnership_has_its_own_flags(page: Any) -> None:
    assert "What the rule check_in_late_partnership saw of NP01" in page("/risk", "?area=partnership-NP01").text


def test_the_monitoring_list_has_chances_with_their_weights_and_facts_beside_them(page: Any) -> None:
    made = page("/risk", "?area=authority-999")
    items = [str(li) for li in made.components("Li") if "Alderfen" in str(li) and "of the weight of" in str(li)]
    assert len(items) == 1
    assert "60% of the weight of 3 measures. Most of it: Reading progress 82% × 2 (chance × weight)." in items[0]
    assert "place 1 a year before" in items[0]
    # a test moves the chance already: only facts stand beside it
    assert "Check in late" in items[0] and "Funnel rwm" not in items[0]


def test_the_monitoring_list_says_what_such_lists_were_worth_and_whom_it_leaves_out(page: Any) -> None:
    text = page("/risk", "?area=authority-999&length=5").text
    assert "Measured on 1 earlier year: of 3 schools listed like this, 1 (33%) had half of their weight or more" in text
    assert "of all 1 that had, the lists held 100%" in text and "With so few, read it as a hint." in text
    assert "1 school is not ranked: too little is known beside others of the phase." in text


def test_one_school_in_full(page: Any) -> None:
    text = page("/risk/900001").text
    assert "Score 8.0 = 6.5 for flags + 1.5 for likely standing; place 1 of 5" in text
    assert "What the rule funnel_rwm saw of S900001 in 2018/19." in text
    assert "Measured false-alarm rate: 2.1% of schools in which nothing is wrong. p under 0.001, q 0.004." in text
    assert "Taken from the records, and not a test of chance." in text
    assert "Since spring 2018/19" in text
    assert "95% of schools of its kind are likely to do better" in text
    assert "no clear order" in text


def test_a_school_without_reasons_is_told_so(page: Any) -> None:
    assert "No concern." in page("/risk/900004").text
    assert "is not in the register" in page("/risk/900009").text


def test_an_earlier_urn_leads_to_the_same_reasons(page: Any) -> None:
    assert "No concern." in page("/risk/900104").text


@pytest.mark.parametrize(
    ("path", "said"), [("/risk/12", "six digits"), ("/risk/123456", "No school in this warehouse")]
)
def test_an_unknown_school_is_answered_in_words(page: Any, path: str, said: str) -> None:
    assert said in page(path).text


def test_the_page_of_a_school_leads_to_its_reasons(page: Any) -> None:
    assert any("/risk/900001" in str(link.get("href")) for link in page("/school/900001").components("Link"))


def test_the_download_keeps_order_and_choice(app: Dash) -> None:
    client = app.server.test_client()
    hide, show = (
        client.get(f"/download/risk_register.csv?area=authority-999&quiet={quiet}").get_data(as_text=True).splitlines()
        for quiet in ("hide", "show")
    )
    assert len(show) == len(hide) + 1
    assert "Alderfen" in hide[1] and ",Check in late" not in hide[0]
    assert "Funnel rwm; Check in late" in hide[1]


def test_the_monitoring_list_keeps_the_area(page: Any) -> None:
    links = [link["href"] for link in page("/risk", "?area=partnership-NP01&quiet=show").components("Link")]
    assert all("area=partnership-NP01" in link for link in links if link.startswith("/risk/"))
