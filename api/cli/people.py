"""`caseloop user` and `caseloop post`: who may sign in, and who holds which post."""

import click

from api.cli.place import Place, anywhere
from api.cli.session import part

_AXES = ("supervision", "command", "handling", "none")


@click.group()
def user() -> None:
    """Logins of people: add, close.

    Example: caseloop user add lin --person lin
    """


@user.command("add")
@click.argument("login")
@click.option("--person", required=True, help="The person's id in the organisation.")
@click.password_option(envvar="CASELOOP_PASSWORD", help="Asked for when it is not given.")
@anywhere
def add_user(place: Place, login: str, person: str, password: str) -> None:
    """Gives a person a login; the password is asked for.

    Example: caseloop user add lin --person lin
    """
    with place.session() as session:
        body = {"login": login, "password": password, "person": person}
        session.write("POST", "/users", body)
    click.echo(f"{login} can sign in as {person}.")


@user.command("close")
@click.argument("login")
@anywhere
def close_user(place: Place, login: str) -> None:
    """Closes a login for good; its sessions end.

    Example: caseloop user close lin
    """
    with place.session() as session:
        session.write("DELETE", f"/users/{part(login)}")
    click.echo(f"{login} is closed; nobody signs in by it any more.")


@click.group()
def post() -> None:
    """Posts 岗位 of people.

    Example: caseloop post add lin collector --axis supervision --duty-grid dg-01
    """


@post.command("add")
@click.argument("person")
@click.argument("role")
@click.option("--axis", required=True, type=click.Choice(_AXES))
@click.option("--name", help="The person's name, when the person is new.")
@click.option("--post", "id", help="The post's id. Default: PERSON.ROLE.")
@click.option("--unit", help="The unit of the post.")
@click.option("--district", help="The district of the post.")
@click.option("--duty-grid", help="The duty grid of a collector.")
@anywhere
def add_post(place: Place, /, person: str, role: str, **where: str | None) -> None:
    """Gives a person a post; a person holds posts of one axis only.

    Example: caseloop post add wang crew --axis handling --unit works
    """
    body = {"role": role, **where, "id": where["id"] or f"{person}.{role}"}
    with place.session(founds=True) as session:
        session.write("POST", f"/people/{part(person)}/posts", body)
    click.echo(f"{person} holds {body['id']}.")
