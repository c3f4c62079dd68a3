"""What a key or a session may do at all; which case and which act is decided elsewhere.

A person's scopes follow from the roles of his posts. The diagram says which role does which work:
a scope only opens the door to the desk.
"""

from collections.abc import Iterable, Mapping

from engine.domain.people import Post
from engine.service.rights import PERSONAL

#: Every scope and what it allows.
MEANINGS: Mapping[str, str] = {
    "cases:open": "open cases",
    "cases:read": "read cases, journals and clocks",
    PERSONAL: "see personal values in case documents",
    "work:do": "list, claim, release and complete work items",
    "jobs:work": "fetch, lock and finish jobs",
    "messages:send": "send messages to cases",
    "events:read": "read the feed of events, and metrics",
    "admin:deploy": "deploy releases, catalogs, calendars and grids",
    "admin:people": "manage organisation, people and users",
    "admin:keys": "create and revoke keys",
    "admin:clock": "move the virtual clock",
    "admin:incidents": "retry and resolve incidents",
    "admin:personal": "erase personal values of cases",
}
SCOPES = frozenset(MEANINGS)

#: Everybody who holds a post. Which role opens a case or sends a message, the diagram says.
_EVERYBODY = frozenset({"cases:read", "work:do", "cases:open", "messages:send"})
_ADMINISTRATOR = frozenset(scope for scope in SCOPES if scope.startswith("admin:"))
_BY_ROLE: dict[str, frozenset[str]] = {
    # Those who call a reporter back see who he is.
    "acceptor": frozenset({PERSONAL}),
    "duty_officer": frozenset({PERSONAL}),
    "leader": frozenset({"events:read"}),
    "auditor": frozenset({"events:read"}),
    "administrator": _ADMINISTRATOR | {"events:read"},
}


def scopes_of(posts: Iterable[Post]) -> frozenset[str]:
    """What the holder of these posts may do; nothing without a post."""
    found: frozenset[str] = frozenset()
    for post in posts:
        found |= _EVERYBODY | _BY_ROLE.get(post.role, frozenset())
    return found
