"""FEEL and DMN: text to closures, decision tables, budgets. Knows the domain only."""

from engine.feel.budget import Budget, Warning_
from engine.feel.dmn import Decision, DecisionModel, DecisionResult, read_decision_model
from engine.feel.errors import (
    DecisionModelError,
    DecisionNotFoundError,
    FeelBudgetError,
    FeelError,
    FeelSyntaxError,
    FeelValueError,
    HitPolicyError,
)
from engine.feel.expression import Expression, compile_expression, compile_unary_tests, feel_for
from engine.feel.json_values import from_json, to_json
from engine.feel.values import Function, Range, YearsMonths

__all__ = [
    "Budget",
    "Decision",
    "DecisionModel",
    "DecisionModelError",
    "DecisionNotFoundError",
    "DecisionResult",
    "Expression",
    "FeelBudgetError",
    "FeelError",
    "FeelSyntaxError",
    "FeelValueError",
    "Function",
    "HitPolicyError",
    "Range",
    "Warning_",
    "YearsMonths",
    "compile_expression",
    "compile_unary_tests",
    "feel_for",
    "from_json",
    "read_decision_model",
    "to_json",
]
