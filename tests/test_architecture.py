"""The directions of the design, asserted from the code itself: who imports whom, who opens DuckDB, which layer reads which.

Each rule is a function that lists its offences, so that a test can also show that the rule sees a breach made by hand.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Callable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
MAY_OPEN_DUCKDB = ("orchestration/raw/", "orchestration/publish.py", "dashboards/access/")
MAY_READ_ENVIRONMENT = ("orchestration/settings.py", "dashboards/settings.py")
PACKAGES = {"orchestration", "dashboards", "methods"}
REF = re.compile(r"\bref\(\s*['\"]([a-z0-9_]+)['\"]")
LISTED = re.compile(r"\blisted\((?:(?!\}\}).)*,\s*'([a-z]+)'\)\s*\}\}", re.DOTALL)
LOOPED_REF = re.compile(r"\bref\(\s*['\"]([a-z0-9_]+)['\"]\s*~")
SOURCE = re.compile(r"\bsource\(\s*['\"]")


#: The same text is looked at by many rules, each of which walks it and changes nothing.
parsed = cache(ast.parse)


def python_files(root: Path) -> Iterator[tuple[str, ast.Module]]:
    for package in ("orchestration", "dashboards", "methods"):
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
    """`dashboards` imports nothing of `orchestration`; `orchestration` only `dashboards.reports`."""
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
    """DuckDB is imported in three places only."""
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


def layers_broken(root: Path) -> list[str]:
    """Only staging reads sources; staging builds on no model; every reference and prefix fits its layer."""
    offences = []
    folder = root / "dbt_project" / "models"
    models = {file.stem: file for file in (*folder.rglob("*.sql"), *folder.rglob("*.py"))}
    seeds = {file.stem for file in (root / "seeds").glob("*.csv")}
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
            elif layer == "intermediate" and "marts" in models[target].parts:
                offences.append(f"{name} (intermediate) refers to the mart {target}")
    return offences


def undocumented(root: Path) -> list[str]:
    """Every mart has an enforced contract, its grain and a description for each column with its type."""
    offences = []
    project = yaml.safe_load((root / "dbt_project" / "dbt_project.yml").read_text(encoding="utf-8"))
    marts_config = project["models"]["turncurve"]["marts"]
    if marts_config.get("+access") != "public" or not marts_config.get("+contract", {}).get("enforced"):
        offences.append("the contract of marts is not enforced")
    described = {}
    for file in (root / "dbt_project" / "models" / "marts").rglob("*.yml"):
        described.update({model["name"]: model for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]})
    for file in (root / "dbt_project" / "models" / "marts").rglob("*.sql"):
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


RULES: tuple[Callable[[Path], list[str]], ...] = (
    wrong_imports,
    circles,
    duckdb_opened,
    environment_read,
    layers_broken,
    undocumented,
    modules_without_signpost,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_tree_keeps_the_rule(rule: Callable[[Path], list[str]]) -> None:
    assert rule(ROOT) == []


#: Files that break a rule, made by hand.
_MART = "dbt_project/models/marts/places/dim_sly.sql"
_STAGING = "dbt_project/models/staging/dfe/stg_dfe__sly.sql"
_INTERMEDIATE = "dbt_project/models/intermediate/int_sly__made.sql"
BREACHES = [
    (wrong_imports, "dashboards/topics/sly.py", '"""A page."""\nfrom orchestration import landing\n'),
    (wrong_imports, "orchestration/sly.py", '"""A module."""\ndef show():\n    import dashboards.app\n'),
    (wrong_imports, "dashboards/topics/sly.py", '"""A page."""\nfrom methods import impact\n'),
    (wrong_imports, "methods/sly.py", '"""A method."""\nfrom orchestration import landing\n'),
    (circles, "orchestration/lock.py", '"""A module."""\ndef held():\n    from orchestration import refresh\n'),
    (duckdb_opened, "methods/sly.py", '"""A method."""\nimport duckdb\n'),
    (duckdb_opened, "dashboards/topics/sly.py", '"""A page."""\nimport duckdb\n'),
    (duckdb_opened, "orchestration/landing_sly.py", '"""A module."""\nfrom duckdb import connect\n'),
    (environment_read, "orchestration/sly.py", '"""A module."""\nimport os\nhome = os.environ["HOME"]\n'),
    (layers_broken, _MART, "select * from {{ source('raw', 'dfe_ks2') }}\n"),
    (layers_broken, _STAGING, "select * from {{ ref('dim_school') }}\n"),
    (layers_broken, _INTERMEDIATE, "select * from {{ ref('dim_school') }}\n"),
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
        "def model(dbt, session):\n    return dbt.ref('dim_school')\n",
    ),
    (undocumented, _MART, "select 1 as one\n"),
    (modules_without_signpost, "orchestration/sly.py", "one = 1\n"),
]


@pytest.fixture(scope="module")
def copy_of_the_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copied = tmp_path_factory.mktemp("tree")
    for folder in (*sorted(PACKAGES), "dbt_project", "seeds"):
        for file in (ROOT / folder).rglob("*"):
            if file.suffix in {".py", ".sql", ".yml", ".csv"} and "node_modules" not in file.parts:
                target = copied / file.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.read_bytes())
    return copied


@cache
def kept(rule: Callable[[Path], list[str]], root: Path) -> bool:
    """Whether a rule finds nothing in a tree that no test has changed, which each test leaves as it was."""
    return rule(root) == []


@pytest.mark.parametrize(("rule", "name", "content"), BREACHES, ids=lambda part: getattr(part, "__name__", None))
def test_the_rule_sees_a_breach(
    rule: Callable[[Path], list[str]], name: str, content: str, copy_of_the_tree: Path
) -> None:
    offender = copy_of_the_tree / name
    assert kept(rule, copy_of_the_tree)
    before = offender.read_bytes() if offender.exists() else None
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
        "methods": "statistics that need more than SQL, called by dbt's Python models, benchmarks and tests alike",
        "scripts": "set-up that the Makefile calls",
    }
    given = {"orchestration", "dbt_project", "dashboards", "seeds", "tests"}
    local = {".git", ".venv", "data", "node_modules", "turncurve.egg-info", "dist", "build"}
    found = {
        entry.name
        for entry in ROOT.iterdir()
        if entry.is_dir() and not re.match(r"\.(\w+_cache|hypothesis)$", entry.name)
    }
    assert found - local <= given | set(beside)


def test_every_seed_is_documented_and_tested() -> None:
    described = {}
    for file in (ROOT / "seeds").glob("*.yml"):
        described.update({seed["name"]: seed for seed in yaml.safe_load(file.read_text(encoding="utf-8"))["seeds"]})
    for file in (ROOT / "seeds").glob("*.csv"):
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
