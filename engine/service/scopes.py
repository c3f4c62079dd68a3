"""What a key or a session may do at all; which case and which act is decided elsewhere.

A person's scopes follow from the roles of his posts. The diagram says which role does which work:
a scope only opens the door to the desk.
"""

from collections.abc import Iterable

from engine.domain.people import Post
from engine.service.rights import PERSONAL

SCOPES = frozenset(
    {
        "cases:open",
        "cases:read",
        "work:do",
        "jobs:work",
        "messages:send",
        "events:read",
        "admin:deploy",
        "admin:people",
        "admin:keys",
        "admin:clock",
        "admin:incidents",
        PERSONAL,
    }
)

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
