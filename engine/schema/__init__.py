"""The case document's and the forms' schemas. Knows the domain only."""

from engine.schema.document import DocumentSchema
from engine.schema.marks import EACH, PersonalPath
from engine.schema.outputs import OUTPUT_TYPES, find_type_error, is_photo
from engine.schema.personal import SealedValue, commitment, is_sealed, refuse_sealed, sealed_within

__all__ = [
    "EACH",
    "OUTPUT_TYPES",
    "DocumentSchema",
    "PersonalPath",
    "SealedValue",
    "commitment",
    "find_type_error",
    "is_photo",
    "is_sealed",
    "refuse_sealed",
    "sealed_within",
]
