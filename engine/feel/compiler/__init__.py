"""Trees to Python closures: one file per family of the grammar. No eval, no code of the user's."""

from engine.feel.compiler import (
    access,
    arithmetic,
    comparison,
    control,
    functions,
    intervals,
    unary_tests,
)
from engine.feel.compiler.core import Closure, Compiler, Scope, refuse_deep_trees

__all__ = [
    "Closure",
    "Compiler",
    "Scope",
    "access",
    "arithmetic",
    "comparison",
    "control",
    "functions",
    "intervals",
    "refuse_deep_trees",
    "unary_tests",
]
