"""What is wrong with a story, or with one of its steps."""

from engine.domain.errors import InvalidRequestError


class ScenarioError(InvalidRequestError):
    """The scenario cannot be read or one of its steps is not possible."""

    code = "scenario"
