"""The command line: what a person or a schedule types, and the sentence they get back.

Belongs here: options, words, exit codes. Does not belong here: any work; each command calls the one function that does it.
Exit 0 only where a warehouse was published or is current (or a check found nothing wrong); 1 with a sentence that says
what to do otherwise. Nothing slow is imported before it is known to be needed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from integrity.versions import NotReadable
from orchestration.settings import Paths

if TYPE_CHECKING:
    from orchestration.refresh import Refreshed

app = typer.Typer(
    name="turncurve",
    help="The data warehouse and dashboards of school partnerships.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir", help="Where everything is kept. Default: the variable DATA_DIR, else ./data.", show_default=False
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for programs.")]
Year = Annotated[
    str | None,
    typer.Option(
        "--year",
        help="Academic year, such as 2018/19, for files whose year neither name nor folder tells.",
        show_default=False,
    ),
]
Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)]


def main() -> None:
    """Entry point of the `turncurve` script: no traceback for anything a person can put right."""
    from orchestration.contracts import ContractError
    from orchestration.landing.state import LandingError
    from orchestration.lock import RefreshError
    from orchestration.publish import PublishError
    from orchestration.serve import ServeError

    if sys.argv[1:2] == ["check"]:
        from orchestration.readers.decode.limits import CHECK_MEMORY, bound_memory

        # this process does nothing else, and the file may be anybody's
        bound_memory(CHECK_MEMORY)
    try:
        app()
    except (RefreshError, LandingError, PublishError, ContractError, ServeError) as error:
        _fail(str(error))
    except PermissionError as error:
        _fail(f"No permission for {error.filename}. Check who owns it, or choose another folder with --data-dir.")
    except OSError as error:
        _fail(f"{error.strerror or error}: {error.filename}" if error.filename else str(error))


@app.command()
def demo(
    data_dir: DataDir = None,
    serve: Annotated[bool, typer.Option(help="Start the app when the warehouse is ready.")] = True,
    host: Host = "127.0.0.1",
    port: Port = 8050,
) -> None:
    """Write a fictional authority's files, load them, and start the app."""
    from orchestration.demo import write_demo
    from orchestration.refresh import refresh as bring_up_to_date

    paths = Paths.from_option(data_dir)
    with _Steps() as steps:
        steps.show("Writing the files of a fictional authority")
        write_demo(paths.landing / "demo")
        result = bring_up_to_date(paths, progress=steps.show)
    _say_refreshed(paths, result)
    if serve:
        _serve_in_background(paths, host, port)


@app.command()
def refresh(
    landing: Annotated[
        list[Path] | None,
        typer.Option(
            "--landing",
            help="A folder of files to load, read in place and remembered. May be repeated.",
            show_default=False,
        ),
    ] = None,
    data_dir: DataDir = None,
    year: Year = None,
    forget: Annotated[
        list[Path] | None,
        typer.Option(
            "--forget", help="Stop looking into a remembered folder; its data leaves the warehouse.", show_default=False
        ),
    ] = None,
    force: Annotated[bool, typer.Option(help="Rebuild even where nothing changed.")] = False,
    verbose: Annotated[bool, typer.Option(help="Show every step of the run.")] = False,
    as_json: AsJson = False,
) -> None:
    """Load what is new in the landing folders and publish a new version of the warehouse."""
    from orchestration.refresh import refresh as bring_up_to_date

    paths = Paths.from_option(data_dir)
    with _Steps(quiet=as_json) as steps:
        result = bring_up_to_date(
            paths,
            tuple(landing or ()),
            year=_year(year),
            forget=tuple(forget or ()),
            force=force,
            verbose=verbose,
            progress=steps.show,
        )
    _say_refreshed(paths, result, as_json)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="The files to check; nothing is stored.")],
    year: Year = None,
    as_json: AsJson = False,
) -> None:
    """Say what a file is and every problem in it, before it is sent. Several files may be given."""
    from orchestration import names
    from orchestration.readers import check_file

    given, reports = _year(year), []
    with _Steps() as steps:
        for number, file in enumerate(files, start=1):
            if len(files) > 1:
                steps.show(f"Checking {names.shown(file.name)} ({number} of {len(files)})")
            reports.append(check_file(file, year=given, progress=steps.show))
    if not as_json:
        typer.echo("\n\n".join(report.to_text() for report in reports))
    elif len(reports) == 1:
        _print_json(reports[0].to_dict())
    else:
        _print_json([report.to_dict() for report in reports])
    raise typer.Exit(0 if all(report.is_clean for report in reports) else 1)


@app.command()
def templates(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write them; made if it is missing.")],
) -> None:
    """Write the forms partnerships fill in: each as a spreadsheet with drop-downs and notes, and as CSV."""
    from orchestration.templates import write_templates

    written = write_templates(folder)
    forms = sum(path.suffix == ".xlsx" for path in written)
    typer.echo(f"Wrote {forms} templates to {folder}, each as XLSX and as CSV; README.md says what the columns mean.")


@app.command()
def agreements(
    file: Annotated[Path, typer.Argument(help="Agreements as the template's CSV, as JSON, or as ODRL (.jsonld).")],
    to: Annotated[
        Path | None, typer.Option(help="Write them here; the ending says how: .csv, .json or .jsonld.")
    ] = None,
    schema: Annotated[bool, typer.Option(help="Print the JSON Schema of an agreement instead.")] = False,
) -> None:
    """Check sharing agreements, and turn them from one form into another; a .csv is ready to be landed."""
    from orchestration import agreements as forms

    if schema:
        _print_json(forms.schema())
        return
    lines = forms.read(file)
    if to is not None:
        forms.write(lines, to)
    where = f" and written to {to}" if to else ""
    print(f"{len(lines)} line{'' if len(lines) == 1 else 's'} of agreements, all right{where}.")


@app.command()
def forget(
    file: Annotated[str, typer.Argument(help="Its path, its path as the data page shows it, or its file id.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, in a sentence; it is kept.")],
    data_dir: DataDir = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Remove a file from landing and raw for good, and its data from the next warehouse; keep a record that it happened."""
    from orchestration.landing.forget import forget_file

    paths = Paths.from_option(data_dir)
    if not yes and not typer.confirm(f"{file} will be deleted from its folder and cannot be brought back. Go on?"):
        _fail("Nothing was forgotten.")
    for path, file_id in forget_file(paths, file, reason):
        typer.echo(f"Forgotten: {path} ({file_id})")
    typer.echo(
        "Run `turncurve refresh` now: the warehouse is published without it, and versions that held it are removed."
    )


@app.command()
def forget_respondent(
    reason: Annotated[str, typer.Option("--reason", help="Why, in a sentence without the person's name; it is kept.")],
    started: Annotated[
        str, typer.Option("--started", help="With a response's ID: its start time, as the export shows it.")
    ] = "",
    data_dir: DataDir = None,
) -> None:
    """Leave a person's survey responses out of the warehouse for good. Asks for the e-mail address, name or ID."""
    from orchestration.landing.forget import forget_respondent as forget_person

    # asked for, not given on the command line, which the shell remembers
    identity = typer.prompt("E-mail address, name or response ID, as the export shows it", hide_input=True).strip()
    if not identity:
        _fail("Nothing was forgotten: no address, name or ID was given.")
    exports = forget_person(Paths.from_option(data_dir), identity, reason, started)
    if exports:
        typer.echo(f"Forgotten. {exports} landed {'export' if exports == 1 else 'exports'} held the person.")
    else:
        typer.echo("No landed export holds the person under that; should one come, the person is left out of it.")
    typer.echo(
        "Run `turncurve refresh` now: the warehouse is published without them, and versions that held them are removed."
        " The exports in the landing folders are yours: take the person out of them, too."
    )


@app.command()
def status(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Say which version of the warehouse is served, and whether the landing folders hold anything newer."""
    from integrity.versions import Served, served
    from orchestration.landing.changes import why_not_current

    paths = Paths.from_option(data_dir)
    try:
        found = served(paths.published)
    except NotReadable as error:
        found = Served(None, str(error))
    pointer = found.pointer
    if pointer is None:
        sentence = found.damage or (
            f"No warehouse has been published in {paths.data_dir} yet. "
            "Run `turncurve refresh --landing FOLDER` or `turncurve demo`."
        )
        if as_json:
            _print_json({"warehouse": None, "version": None, "whole": False, "why": sentence})
            raise typer.Exit(1)
        _fail(sentence)
    why = found.damage or why_not_current(paths)
    current = not why
    answer = {
        "warehouse": str(paths.published / pointer.warehouse),
        "version": pointer.version,
        "built_at": pointer.built_at,
        "files": pointer.files,
        "rows_landed": pointer.rows_landed,
        "rows_accepted": pointer.rows_accepted,
        "rows_rejected": pointer.rows_rejected,
        "rows_superseded": pointer.rows_superseded,
        "whole": not found.damage,
        "current": current,
        "why": why or "It holds everything in the landing folders.",
    }
    if as_json:
        _print_json(answer)
        raise typer.Exit(1 if found.damage else 0)
    typer.echo(f"Served: version {pointer.version}, built {pointer.built_at}")
    typer.echo(f"        {answer['warehouse']}")
    typer.echo(
        f"Rows:   {pointer.rows_landed:,} landed in {pointer.files:,} files = {pointer.rows_accepted:,} accepted "
        f"+ {pointer.rows_rejected:,} rejected + {pointer.rows_superseded:,} superseded"
    )
    typer.echo(answer["why"])
    raise typer.Exit(1 if found.damage else 0)


@app.command()
def serve(
    data_dir: DataDir = None,
    host: Host = "127.0.0.1",
    port: Port = 8050,
    background: Annotated[bool, typer.Option(help="Return once the app answers, and leave it running.")] = False,
    stop: Annotated[
        bool, typer.Option("--stop", help="End the app that runs in the background for this data folder.")
    ] = False,
) -> None:
    """Start the app on the published warehouse; it follows new versions by itself."""
    from orchestration import serve as app_server

    paths = Paths.from_option(data_dir)
    if stop:
        typer.echo(app_server.stop(paths))
    elif background:
        _serve_in_background(paths, host, port)
    else:
        raise typer.Exit(app_server.run(paths, host, port))


def _say_refreshed(paths: Paths, result: Refreshed, as_json: bool = False) -> None:
    pointer = result.pointer
    if as_json:
        _print_json(
            {
                "published": result.published,
                "warehouse": str(paths.published / pointer.warehouse),
                "version": pointer.version,
                "rows_landed": pointer.rows_landed,
                "rows_accepted": pointer.rows_accepted,
                "rows_rejected": pointer.rows_rejected,
                "rows_superseded": pointer.rows_superseded,
                "warnings": list(result.to_look_at),
            }
        )
        return
    if result.published:
        typer.echo(
            f"Published version {pointer.version}: {pointer.rows_landed:,} rows in {pointer.files:,} files, "
            f"{pointer.rows_rejected:,} rejected, {pointer.rows_superseded:,} superseded."
        )
    else:
        typer.echo(f"Nothing new: version {pointer.version} is current.")
    for warning in result.to_look_at:
        typer.echo(f"  to look at: {warning}")


def _serve_in_background(paths: Paths, host: str, port: int) -> None:
    from orchestration import serve as app_server

    address = app_server.start(paths, host, port)
    typer.echo(f"To end it: turncurve serve --stop --data-dir {paths.data_dir}")
    typer.echo(f"Turncurve is running at {address}")


class _Steps:
    """Shows which step of a long command is under way: a spinner for a person, plain lines where nobody watches."""

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet
        self._status: Any = None

    def __enter__(self) -> _Steps:
        return self

    def show(self, sentence: str) -> None:
        """Say that a step begins."""
        if self._quiet:
            return
        if not sys.stderr.isatty():
            typer.echo(sentence, err=True)
            return
        if self._status is None:
            from rich.console import Console

            self._status = Console(stderr=True).status(sentence)
            self._status.start()
        self._status.update(sentence)

    def __exit__(self, *error: object) -> None:
        if self._status is not None:
            self._status.stop()


def _year(text: str | None) -> str | None:
    if text is None:
        return None
    from orchestration.readers.decode import Refusal
    from orchestration.readers.years import parse_year

    try:
        return parse_year(text)
    except Refusal as refusal:
        _fail(str(refusal))


def _print_json(answer: Any) -> None:
    typer.echo(json.dumps(answer, indent=2, ensure_ascii=False, default=str))


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
