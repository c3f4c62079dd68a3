"""`caseloop key`: keys of systems."""

import click

from api.cli.place import Place, anywhere
from api.cli.session import part
from api.cli.tables import table
from engine.service.scopes import MEANINGS


@click.group()
def key() -> None:
    """Keys of systems: create, revoke, list.

    Example: caseloop key create "works department" --unit works --scope work:do
    """


@key.command()
@click.argument("name")
@click.option("--unit", help="The unit whose people the key may act for (Acting-For).")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(list(MEANINGS)),
    help="What the key may do; repeat it for several.",
)
@click.option("--expires", help="An instant with a zone; default: never.")
@anywhere
def create(
    place: Place, name: str, unit: str | None, scopes: tuple[str, ...], expires: str | None
) -> None:
    """Makes a key and prints its secret, this once.

    Example: caseloop key create gateway --scope cases:open --scope cases:read
    """
    with place.session(founds=True) as session:
        body = {"name": name, "unit": unit, "scopes": list(scopes), "expires_at": expires}
        made = session.write("POST", "/keys", body)
    click.echo(f"id:     {made['id']}")
    click.echo(f"secret: {made['secret']}")
    click.echo("The secret is not shown again.", err=True)


@key.command()
@click.argument("key_id")
@anywhere
def revoke(place: Place, key_id: str) -> None:
    """Revokes a key; requests with it are refused from now on.

    Example: caseloop key revoke 0197f7c4
    """
    with place.session() as session:
        session.write("DELETE", f"/keys/{part(key_id)}")
    click.echo(f"Key {key_id} is revoked.")


@key.command("list")
@anywhere
def list_(place: Place) -> None:
    """Lists the keys, without their secrets.

    Example: caseloop key list
    """
    with place.session() as session:
        found = session.get("/keys")["items"]
    click.echo(table(found, ("id", "name", "unit", "scopes", "expires_at", "revoked_at")))
