"""The directions of the design, asserted from the code itself: who imports whom, who opens DuckDB, which layer reads which.

Each rule is a function that lists its offences, so that a test can also show that the rule sees a breach made by hand.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
MAY_OPEN_DUCKDB = ("orchestration/raw/", "orchestration/build.py", "orchestration/publish.py", "dashboards/access/")
MAY_READ_ENVIRONMENT = ("orchestration/settings.py", "dashboards/settings.py")
PACKAGES = {"orchestration", "dashboards", "methods", "integrity"}
REF = re.compile(r"\bref\(\s*['\"]([a-z0-9_]+)['\"]")
LISTED = re.compile(r"\blisted\((?:(?!\}\}).)*,\s*'([a-z]+)'\)\s*\}\}", re.DOTALL)
LOOPED_REF = re.compile(r"\bref\(\s*['\"]([a-z0-9_]+)['\"]\s*~")
SOURCE = re.compile(r"\bsource\(\s*['\"]")


#: The same text is looked at by many rules, each of which walks it and changes nothing.
parsed = cache(ast.parse)


def python_files(root: Path) -> Iterator[tuple[str, ast.Module]]:
    for package in ("orchestration", "dashboards", "methods", "integrity"):
        for file in sorted((root / package).rglob("*.py")):
            yield file.relative_to(root).as_posix(), parsed(file.read_text(encoding="utf-8"))


def import_statements(module: ast.Module, typing_too: bool = False) -> Iterator[ast.Import | ast.ImportFrom]:
    """What a module imports anywhere in it; blocks for the type checker alone are left out unless asked for."""
    skipped: set[ast.AST] = set()
    if not typing_too:
        for node in ast.walk(module):
            if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
                skipped.update(inner for inner in ast.walk(node))
    for node in ast.walk(module):
        if isinstance(node, ast.Import | ast.ImportFrom) and node not in skipped:
            yield node


def imported(module: ast.Module, typing_too: bool = False) -> Iterator[str]:
    """Dotted names a module imports; see `import_statements`."""
    for node in import_statements(module, typing_too):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def wrong_imports(root: Path) -> list[str]:
    """`dashboards` imports nothing of `orchestration`; `orchestration` only `dashboards.reports`; `integrity` none of them."""
    offences = []
    for path, module in python_files(root):
        for name in imported(module, typing_too=True):
            package = name.split(".")[0]
            if path.startswith("dashboards/") and package == "orchestration":
                offences.append(f"{path} imports {name}")
            if (
                path.startswith("orchestration/")
                and package == "dashboards"
                and not name.startswith("dashboards.reports")
            ):
                offences.append(f"{path} imports {name}")
            # statistics are marts: pages and jobs do not compute them, and they know nothing of either
            if path.startswith("methods/") != (package == "methods") and {path.split("/")[0], package} <= PACKAGES:
                offences.append(f"{path} imports {name}")
            if path.startswith("integrity/") and package in PACKAGES - {"integrity"}:
                offences.append(f"{path} imports {name}")
    return offences


def circles(root: Path) -> list[str]:
    """No module imports, by any way round, a module that imports it.

    An import inside a function counts: it puts a circle off until the function is called, and the two modules can be
    read, tested and moved only together all the same. One for the type checker alone does not: it names a type, and
    nothing runs. A package counts by what is imported of it, not by what lies in it.
    """
    modules = {
        path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): module
        for path, module in python_files(root)
    }
    needs: dict[str, set[str]] = {}
    for name, module in modules.items():
        needs[name] = set()
        for node in import_statements(module):
            if isinstance(node, ast.Import):
                needs[name].update(part.name for part in node.names if part.name in modules)
            elif node.module:
                parts = (f"{node.module}.{part.name}" for part in node.names)
                needs[name].update(part if part in modules else node.module for part in parts)
        needs[name] &= modules.keys() - {name}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return [" imports ".join(reversed(error.args[1]))]
    return []


def duckdb_opened(root: Path) -> list[str]:
    """DuckDB is imported in four places only."""
    return [
        f"{path} imports {name}"
        for path, module in python_files(root)
        if not path.startswith(MAY_OPEN_DUCKDB)
        for name in imported(module)
        if name.split(".")[0] == "duckdb"
    ]


def environment_read(root: Path) -> list[str]:
    """The environment is read in the two settings modules only (setting a variable for a library is not reading)."""
    offences = []
    for path, module in python_files(root):
        if path in MAY_READ_ENVIRONMENT:
            continue
        for node in ast.walk(module):
            text = ast.unparse(node) if isinstance(node, ast.Call | ast.Subscript) else ""
            read = re.match(r"os\.(getenv|environ\.get|environ\.pop)\(", text) or (
                isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and text.startswith("os.environ[")
            )
            if read:
                offences.append(f"{path} reads {text}")
    return offences


def handed_on(text: str) -> str | None:
    """The model a mart selects columns of and does nothing else, or None."""
    bare = re.sub(r"\{\{ config\(.*?\) \}\}|--[^\n]*", "", text)
    found = re.fullmatch(r"\s*select\s+[\w\s,*.()]+\sfrom \{\{ ref\('(\w+)'\) \}\}\s*", bare)
    return found[1] if found else None


def layers_broken(root: Path) -> list[str]:
    """Only staging reads sources; staging builds on no model; no mart hands a model on; every prefix fits its layer."""
    offences = []
    folder = root / "dbt_project" / "models"
    models = {file.stem: file for file in (*folder.rglob("*.sql"), *folder.rglob("*.py"))}
    seeds = {file.stem for file in (root / "seeds").rglob("*.csv")}
    for name, file in models.items():
        layer = file.relative_to(folder).parts[0]
        if file.suffix == ".py" and layer != "intermediate":
            offences.append(
                f"{name} is written in Python outside the intermediate layer, where no contract is enforced"
            )
        text = file.read_text(encoding="utf-8")
        prefixes = {"staging": ("stg_",), "intermediate": ("int_",), "marts": ()}
        if layer not in prefixes:
            offences.append(f"{name} is in no layer")
            continue
        if prefixes[layer] and not name.startswith(prefixes[layer]):
            offences.append(f"{name} does not carry its layer's prefix")
        if layer == "marts" and name.startswith(("stg_", "int_")):
            offences.append(f"{name} carries another layer's prefix")
        if layer != "staging" and SOURCE.search(text):
            offences.append(f"{name} reads a source")
        listed = {f"int_{kind}__listed" for kind in LISTED.findall(text)}
        for target in (set(REF.findall(text)) | listed) - set(LOOPED_REF.findall(text)):
            if target in seeds:
                continue
            if target not in models:
                offences.append(f"{name} refers to {target}, which is not there")
            elif layer == "staging":
                offences.append(f"{name} (staging) refers to the model {target}")
            elif handed_on(text) == target and layer == "marts" and models[target].suffix == ".sql":
                offences.append(f"{name} only hands {target} on, so one model would do")
    return offences


def parts_of_marts(root: Path) -> set[Path]:
    """Folders of what marts are made of and nobody else reads: neither published nor under contract, as the project file says."""
    project = yaml.safe_load((root / "dbt_project" / "dbt_project.yml").read_text(encoding="utf-8"))
    marts = root / "dbt_project" / "models" / "marts"
    return {
        marts / topic / name
        for topic, settings in project["models"]["turncurve"]["marts"].items()
        if not topic.startswith("+")
        for name, part in settings.items()
        if part.get("+access") == "protected" and not part["+contract"]["enforced"]
    }


def undocumented(root: Path) -> list[str]:
    """Every mart has an enforced contract, its grain and a description for each column with its type; what marts are made of
    says in its first line what it is."""
    offences = []
    project = yaml.safe_load((root / "dbt_project" / "dbt_project.yml").read_text(encoding="utf-8"))
    marts_config = project["models"]["turncurve"]["marts"]
    if marts_config.get("+access") != "public" or not marts_config.get("+contract", {}).get("enforced"):
        offences.append("the contract of marts is not enforced")
    described = {}
    for file in (root / "dbt_project" / "models" / "marts").rglob("*.yml"):
        described.update({model["name"]: model for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]})
    parts = parts_of_marts(root)
    for file in (root / "dbt_project" / "models" / "marts").rglob("*.sql"):
        if file.parent in parts:
            if not file.read_text(encoding="utf-8").startswith("-- "):
                offences.append(f"{file.stem} does not begin with what it is")
            continue
        if re.search(r"\b(contract|enforced|access)\s*=", file.read_text(encoding="utf-8")):
            offences.append(f"{file.stem} sets its contract or access aside")
        model = described.pop(file.stem, None)
        if model is None:
            offences.append(f"{file.stem} has no description")
            continue
        if not {"Overview:", "One row per"} <= {
            mark for mark in ("Overview:", "One row per") if mark in model["description"]
        }:
            offences.append(f"{file.stem} does not say its overview and grain")
        for column in model.get("columns", []):
            if not column.get("description") or not column.get("data_type"):
                offences.append(f"{file.stem}.{column['name']} has no type or description")
    offences += [f"{name} is described but not there" for name in described]
    return offences


def modules_without_signpost(root: Path) -> list[str]:
    """Every module says what belongs in it."""
    return [path for path, module in python_files(root) if module.body and not ast.get_docstring(module)]


#: The folders of the tree that hold one subject each; a new subject is a line here.
FOLDERS = {
    "dbt_project/models/intermediate": "outcomes register forms templates inspections series comparison forecasts impact keys "
    "quality levels sharing",
    "seeds": "contracts outcomes surveys schools rules",
}


def out_of_place(root: Path) -> list[str]:
    """Every model and every seed lies in the folder of its subject, and there is no other folder."""
    offences = []
    for base, names in FOLDERS.items():
        allowed = set(names.split())
        for file in sorted((root / base).rglob("*")):
            if file.suffix not in {".sql", ".py", ".csv"}:
                continue
            within = file.relative_to(root / base).parts[:-1]
            if len(within) != 1 or within[0] not in allowed:
                offences.append(f"{base}/{'/'.join((*within, file.name))} is in no folder of a subject")
    for file in sorted((root / "dbt_project" / "models" / "marts").glob("*.sql")):
        offences.append(f"{file.stem} is in no topic of marts")
    return offences


#: What each room of `dashboards/` may import of it; `topics` alone, without a topic, is what finds them.
ROOMS = {
    "access": {"access", "topics"},
    "shared": {"access", "shared", "topics"},
    "figures": {"shared", "figures"},
    "ui": {"access", "shared", "figures", "ui"},
    "topics": {"access", "shared", "figures", "ui", "topics", "a topic"},
    "": {"access", "app", "settings", "shared", "topics", "ui"},
}


def rooms_of_the_dashboards(root: Path) -> list[str]:
    """Every module of `dashboards/` lies in a room, and imports only what its room may: shared knows no topic, a topic no app."""
    offences = []
    modules = {path.removesuffix(".py").replace("/", ".").removesuffix(".__init__") for path, _ in python_files(root)}
    for path, module in python_files(root):
        if not path.startswith("dashboards/"):
            continue
        room = path.split("/")[1] if path.count("/") > 1 else ""
        if room not in ROOMS or (
            not room and path.split("/")[1] not in {"__init__.py", "__main__.py", "app.py", "settings.py"}
        ):
            offences.append(f"{path} is in no room of the dashboards")
            continue
        for name in imported(module):
            if not name.startswith("dashboards.") or name not in modules:
                continue
            parts = name.split(".")
            target = "a topic" if parts[1] == "topics" and len(parts) > 2 else parts[1]
            if target not in ROOMS[room]:
                offences.append(f"{path} imports {name}")
    return offences


def middle_undescribed(root: Path) -> list[str]:
    """Every intermediate model says in the YAML of its folder what it is, one row per what, and what each key column holds.

    The columns that make a row are listed under `meta`, for a test on built warehouses to count, or why rows may repeat.
    """
    offences = []
    base = root / "dbt_project" / "models" / "intermediate"
    described: dict[str, tuple[Path, dict[str, Any]]] = {}
    for file in base.rglob("*.yml"):
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", []):
            described[model["name"]] = (file, model)
    for file in sorted((*base.rglob("*.sql"), *base.rglob("*.py"))):
        where, model = described.pop(file.stem, (None, {}))
        if where is None or where != file.parent / f"_{file.parent.name}.yml":
            offences.append(f"{file.stem} is not described in _{file.parent.name}.yml of its folder")
            continue
        if "Overview:" not in model["description"] or "One row per" not in model["description"]:
            offences.append(f"{file.stem} does not say its overview and grain")
        columns = {column["name"]: column.get("description", "") for column in model.get("columns", [])}
        meta = model.get("config", {}).get("meta", {})
        grain = meta.get("grain", [])
        if not grain and not meta.get("rows_may_repeat"):
            offences.append(f"{file.stem} does not list the columns that make a row")
        offences += [f"{file.stem}.{name} has no description" for name in {*columns, *grain} if not columns.get(name)]
    return offences + [f"{name} is described but not there" for name in described]


@dataclass(frozen=True)
class Dictionary:
    """The words that a column name may not use, and where one of them is right all the same (docs/dev/naming.md)."""

    wrong: dict[str, str]
    right: frozenset[tuple[str, str]]
    fixed: frozenset[str]


def dictionary(root: Path) -> Dictionary:
    """The dictionary as its page has it: the last column of its first table, then its tables of exceptions."""
    text = (root / "docs" / "dev" / "naming.md").read_text(encoding="utf-8")
    words, exceptions = text.split("## Where a word of the right-hand column is right")
    wrong = {}
    for line in re.findall(r"^\| .+ \|$", words, re.MULTILINE):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        wrong.update(dict.fromkeys(re.findall(r"`([^`]+)`", cells[-1]), cells[0]))
    fixed, right = exceptions.split("### In one model")
    pairs = {
        (model, column)
        for models, columns in re.findall(r"^\| (`[^|]+) \| (`[^|]+) \|", right, re.MULTILINE)
        for model in re.findall(r"`([^`]+)`", models)
        for column in re.findall(r"`([^`]+)`", columns)
    }
    return Dictionary(wrong, frozenset(pairs), frozenset(re.findall(r"`(\w+)`", fixed)))


def named_columns(root: Path) -> Iterator[tuple[str, str]]:
    """Every column of a mart or an intermediate model, by the YAML that describes it, without those typed into our templates."""
    typed = set()
    contracts = next((root / "seeds").rglob("dataset_columns.csv"))
    with contracts.open(encoding="utf-8", newline="") as lines:
        typed = {row["column_name"] for row in csv.DictReader(lines) if row["dataset_id"].startswith("template_")}
    marts = {file.stem: file for file in (root / "dbt_project" / "models" / "marts").rglob("*.sql")}
    for layer in ("marts", "intermediate"):
        for file in sorted((root / "dbt_project" / "models" / layer).rglob("*.yml")):
            for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", []):
                sql = marts.get(model["name"])
                is_template = sql is not None and "template_mart(" in sql.read_text(encoding="utf-8")
                for column in model.get("columns", []):
                    if not (is_template and column["name"] in typed):
                        yield model["name"], column["name"]


def against_the_dictionary(root: Path) -> list[str]:
    """No column of a mart or an intermediate model uses a word that the dictionary has another one for."""
    words = dictionary(root)
    offences = []
    for model, column in named_columns(root):
        if (
            model in words.fixed
            or column.startswith("n_")
            or any(fnmatch(model, m) and column == c for m, c in words.right)
        ):
            continue
        for pattern, better in words.wrong.items():
            if fnmatch(column, pattern):
                offences.append(f"{model}.{column}: {better}")
                break
    return offences


RULES: tuple[Callable[[Path], list[str]], ...] = (
    wrong_imports,
    circles,
    duckdb_opened,
    environment_read,
    layers_broken,
    undocumented,
    modules_without_signpost,
    out_of_place,
    rooms_of_the_dashboards,
    middle_undescribed,
    against_the_dictionary,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_tree_keeps_the_rule(rule: Callable[[Path], list[str]]) -> None:
    assert rule(ROOT) == []


#: Files that break a rule, made by hand.
_MART = "dbt_project/models/marts/places/dim_sly.sql"
_STAGING = "dbt_project/models/staging/dfe/stg_dfe__sly.sql"
_INTERMEDIATE = "dbt_project/models/intermediate/register/int_sly__made.sql"
_DESCRIBED = "dbt_project/models/intermediate/register/_register.yml"
_COMPARED = "dbt_project/models/marts/compare/_compare.yml"


def _changed(name: str, old: str, new: str) -> str:
    """The text of a file of the tree with one thing in it changed."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1)


BREACHES = [
    (wrong_imports, "dashboards/topics/sly.py", '"""A page."""\nfrom orchestration import landing\n'),
    (wrong_imports, "orchestration/sly.py", '"""A module."""\ndef show():\n    import dashboards.app\n'),
    (wrong_imports, "dashboards/topics/sly.py", '"""A page."""\nfrom methods import impact\n'),
    (wrong_imports, "integrity/sly.py", '"""A check."""\nfrom orchestration import publish\n'),
    (wrong_imports, "methods/sly.py", '"""A method."""\nfrom orchestration import landing\n'),
    (circles, "orchestration/lock.py", '"""A module."""\ndef held():\n    from orchestration import refresh\n'),
    (duckdb_opened, "methods/sly.py", '"""A method."""\nimport duckdb\n'),
    (duckdb_opened, "dashboards/topics/sly.py", '"""A page."""\nimport duckdb\n'),
    (duckdb_opened, "orchestration/landing_sly.py", '"""A module."""\nfrom duckdb import connect\n'),
    (environment_read, "orchestration/sly.py", '"""A module."""\nimport os\nhome = os.environ["HOME"]\n'),
    (layers_broken, _MART, "select * from {{ source('raw', 'dfe_ks2') }}\n"),
    (layers_broken, _STAGING, "select * from {{ ref('dim_school') }}\n"),
    (layers_broken, _MART, "select urn, cast(name as varchar) as name\nfrom {{ ref('int_schools__observed') }}\n"),
    (layers_broken, _INTERMEDIATE, "select * from {{ ref('dim_nowhere') }}\n"),
    (layers_broken, _STAGING, "select {{ listed('urn', 'areas') }} as urn\n"),
    (layers_broken, _INTERMEDIATE, "select {{ listed('urn', 'sly') }} as urn\n"),
    (
        layers_broken,
        "dbt_project/models/marts/places/sly.py",
        "def model(dbt, session):\n    return dbt.ref('dim_school')\n",
    ),
    (
        layers_broken,
        "dbt_project/models/intermediate/int_sly.py",
        "def model(dbt, session):\n    return dbt.ref('dim_nowhere')\n",
    ),
    (undocumented, _MART, "select 1 as one\n"),
    (undocumented, "dbt_project/models/marts/risk/flags/risk_flag__sly.sql", "select 1 as one\n"),
    (modules_without_signpost, "orchestration/sly.py", "one = 1\n"),
    (rooms_of_the_dashboards, "dashboards/sly.py", '"""A module."""\n'),
    (rooms_of_the_dashboards, "dashboards/pages/sly.py", '"""A module."""\n'),
    (
        rooms_of_the_dashboards,
        "dashboards/shared/sly.py",
        '"""A module."""\nfrom dashboards.topics.risk import tables\n',
    ),
    (rooms_of_the_dashboards, "dashboards/figures/sly.py", '"""A module."""\nfrom dashboards.ui import charts\n'),
    (rooms_of_the_dashboards, "dashboards/topics/risk/sly.py", '"""A module."""\nimport dashboards.app\n'),
    (out_of_place, "seeds/sly.csv", "one\n1\n"),
    (out_of_place, "seeds/odds_and_ends/sly.csv", "one\n1\n"),
    (out_of_place, "dbt_project/models/intermediate/int_sly__made.sql", "select 1 as one\n"),
    (out_of_place, "dbt_project/models/marts/sly.sql", "select 1 as one\n"),
    (middle_undescribed, _INTERMEDIATE, "select 1 as one\n"),
    (middle_undescribed, _DESCRIBED, _changed(_DESCRIBED, "Overview: ", "")),
    (middle_undescribed, _DESCRIBED, _changed(_DESCRIBED, "One row per ", "Rows of each ")),
    (middle_undescribed, _DESCRIBED, _changed(_DESCRIBED, "grain: [", "grains: [")),
    (middle_undescribed, _DESCRIBED, _changed(_DESCRIBED, "      - name: row_number\n", "      - name: row\n")),
    (middle_undescribed, _DESCRIBED, _changed(_DESCRIBED, "  - name: int_", "  - name: int_sly_")),
    (against_the_dictionary, _DESCRIBED, _changed(_DESCRIBED, "name: urns_in_lineage", "name: cohort")),
    (against_the_dictionary, _DESCRIBED, _changed(_DESCRIBED, "name: urns_in_lineage", "name: source_file")),
    (against_the_dictionary, _COMPARED, _changed(_COMPARED, "name: reliability", "name: trust")),
]


@pytest.fixture(scope="module")
def copy_of_the_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copied = tmp_path_factory.mktemp("tree")
    for folder in (*sorted(PACKAGES), "dbt_project", "seeds", "docs/dev"):
        for file in (ROOT / folder).rglob("*"):
            if file.suffix in {".py", ".sql", ".yml", ".csv", ".md"} and "node_modules" not in file.parts:
                target = copied / file.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.read_bytes())
    return copied


@cache
def kept(rule: Callable[[Path], list[str]], root: Path) -> bool:
    """Whether a rule finds nothing in a tree that no test has changed, which each test leaves as it was."""
    return rule(root) == []


@pytest.mark.parametrize(
    ("rule", "name", "content"), BREACHES, ids=lambda part: getattr(part, "__name__", str(part).partition("\n")[0])
)
def test_the_rule_sees_a_breach(
    rule: Callable[[Path], list[str]], name: str, content: str, copy_of_the_tree: Path
) -> None:
    offender = copy_of_the_tree / name
    assert kept(rule, copy_of_the_tree)
    before = offender.read_bytes() if offender.exists() else None
    offender.parent.mkdir(exist_ok=True)
    offender.write_text(content)
    try:
        assert rule(copy_of_the_tree) != []
    finally:
        offender.unlink() if before is None else offender.write_bytes(before)


def test_only_the_given_top_level() -> None:
    """The top level is given; what stands beside it is listed here with its reason."""
    beside = {
        ".ci": "what continuous integration calls",
        "bench": "measures, run by hand",
        "docs": "for analysts and stewards",
        "integrity": "what publisher and app must both know to tell whether a version is what was published",
        "methods": "statistics that need more than SQL, called by dbt's Python models, benchmarks and tests alike",
        "scripts": "set-up that the Makefile calls",
    }
    given = {"orchestration", "dbt_project", "dashboards", "seeds", "tests"}
    local = {".git", ".venv", ".plans", "data", "node_modules", "turncurve.egg-info", "dist", "build"}
    found = {
        entry.name
        for entry in ROOT.iterdir()
        if entry.is_dir() and not re.match(r"\.(\w+_cache|hypothesis)$", entry.name)
    }
    assert found - local <= given | set(beside)


def test_every_seed_is_documented_and_tested() -> None:
    described = {}
    for file in (ROOT / "seeds").rglob("*.yml"):
        described.update({seed["name"]: seed for seed in yaml.safe_load(file.read_text(encoding="utf-8"))["seeds"]})
    for file in (ROOT / "seeds").rglob("*.csv"):
        seed = described.pop(file.stem)
        with file.open(encoding="utf-8", newline="") as lines:
            header = next(csv.reader(lines))
        assert seed["description"]
        assert [column["name"] for column in seed["columns"]] == header
        assert all(column["description"] for column in seed["columns"])
    assert not described


def test_nothing_names_a_registry_or_another_host_to_install_from() -> None:
    """Lock files and configuration name no registry."""
    for name in (
        "requirements.lock",
        "pyproject.toml",
        "Makefile",
        "tests/browser/package-lock.json",
        "tests/browser/package.json",
    ):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"--(extra-)?index-url|--find-links|https?://[^\s\"']*(pypi|npmjs|registry)", text), name
