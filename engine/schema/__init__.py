"""The case document's and the forms' schemas. Knows the domain only."""

from engine.schema.document import DocumentSchema
from engine.schema.outputs import OUTPUT_TYPES, find_type_error, is_photo
from engine.schema.personal import SealedValue, commitment, seal

__all__ = [
    "OUTPUT_TYPES",
    "DocumentSchema",
    "SealedValue",
    "commitment",
    "find_type_error",
    "is_photo",
    "seal",
]
