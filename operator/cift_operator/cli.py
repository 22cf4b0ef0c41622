"""`cift …`: the command people type."""

import typer

from cift_operator import VERSION

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(VERSION)


@app.callback()
def main() -> None:
    """Run, look at and operate CIFT platforms."""
