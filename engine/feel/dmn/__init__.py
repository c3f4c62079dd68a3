"""Decision models: tables, boxed expressions, requirement graphs. Knows FEEL and XML only."""

from engine.feel.dmn.model import Decision, DecisionModel, DecisionResult, read_decision_model

__all__ = ["Decision", "DecisionModel", "DecisionResult", "read_decision_model"]
