"""Releases: deploy, list, read."""

from flask import Response

from api.call import Call, Reply, reply_of
from api.headers import LOCATION, REPLAYED
from api.resource import Resource
from api.schemas.releases import (
    DeployedSchema,
    DeployFieldsSchema,
    ReleaseListSchema,
    ReleaseSchema,
)
from api.uploads import DEPLOY_BODY, RELEASE_LIMIT, read_deployment
from engine.domain.errors import DefinitionError, NotFoundError, ReleaseNotFoundError
from engine.service import releases as service

releases = Resource("releases", "Releases: what is deployed, named by its own SHA-256.")


@releases.writes(
    "/releases",
    DeployedSchema,
    scope="admin:deploy",
    query=DeployFieldsSchema,
    status=201,
    errors=(DefinitionError,),
    headers={**LOCATION, **REPLAYED},
    limit=RELEASE_LIMIT,
    request_body=DEPLOY_BODY,
)
def deploy_release(call: Call) -> Reply:
    """Checks and proves the files and makes a release of them; new cases take the current one.

    Where the proof refutes a case's process the problem's `findings` say by which way.
    """
    found = read_deployment(call.query)
    answer = service.deploy(
        call.inst,
        call.actor,
        found.files,
        note=found.note,
        make_current=found.make_current,
        accept_unproven=found.accept_unproven or None,
        idempotency_key=call.idempotency_key,
    )
    return reply_of(answer, Location=f"/api/v1/releases/{answer.data['release']}")


@releases.reads("/releases", ReleaseListSchema, scope="cases:read")
def list_releases(call: Call) -> Reply:
    """Lists all releases, the newest first."""
    return Reply({"items": service.list_releases(call.inst, call.actor)})


@releases.reads(
    "/releases/<release_id>", ReleaseSchema, scope="cases:read", errors=(ReleaseNotFoundError,)
)
def get_release(call: Call, release_id: str) -> Reply:
    """Shows a release and its manifest; `current` names the current one."""
    wanted = None if release_id == "current" else release_id
    return Reply(service.get_release(call.inst, call.actor, wanted))


@releases.reads(
    "/releases/<release_id>/files/<path:path>",
    None,
    scope="cases:read",
    errors=(ReleaseNotFoundError, NotFoundError),
    media_type="application/octet-stream",
)
def read_release_file(call: Call, release_id: str, path: str) -> Reply:
    """Reads a file of a release as it was deployed."""
    wanted = None if release_id == "current" else release_id
    content = service.read_file(call.inst, call.actor, wanted, path)
    response = Response(content, content_type="application/octet-stream")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return Reply(response)
