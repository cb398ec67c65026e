"""The recipe for a page, followed to the letter: it is in the navigation, with its chart, its table and its download."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.recipes import copy_of_the_tree, follow

#: Asks the app of the copied tree for the page as a browser does, in a process of its own: pages register once in each.
_LOOK = """
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from conftest import page_asker
from dashboards.access import DEMO
from dashboards.app import create_app
app = create_app(Path(sys.argv[1]), identify=lambda request: DEMO)
ask = page_asker(app)
page = ask("/free-meals", "?area=authority-999")
table = ask("/free-meals", "?area=authority-999&show-free-meals=table")
csv = app.server.test_client().get("/download/free_meals_years.csv?area=authority-999")
print(json.dumps({
    "status": page.status, "text": page.text, "charts": len(page.drawings),
    "rows": len(table.components("Tr")), "csv": csv.get_data(as_text=True).lstrip("\ufeff"),
    "menu": [link["href"].partition("?")[0] for link in page.components("NavLink")],
}))
"""


def test_a_page_with_one_chart_is_one_folder(tmp_path: Path, fixture_data_dir: Path) -> None:
    tree = copy_of_the_tree(tmp_path / "tree")
    touched = follow("add-a-page", tree)
    assert {str(Path(name).parent) for name in touched} == {"dashboards/topics/free_meals"}
    seen = subprocess.run(
        [sys.executable, "-c", _LOOK, str(fixture_data_dir), str(Path(__file__).parent)],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tree), str(Path(__file__).parents[2])])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert seen.returncode == 0, seen.stderr
    page = json.loads(seen.stdout.splitlines()[-1])
    assert page["status"] == 200 and page["charts"] == 1
    assert "in 2018/19 (n" in page["text"] and "could not be made" not in page["text"]
    assert page["rows"] > 5
    assert "/free-meals" in page["menu"]
    assert page["csv"].startswith("Year,Free school meals,95% interval,n (pupils),Release")
