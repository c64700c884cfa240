"""Exposed secrets: find them in values and documents, and mask them.

It imports the standard library and the catalog only, so that every stage and renderer can use it.
"""

from ddms_compile.exposure.document import masked, secrets_of_document
from ddms_compile.exposure.find import ExposedSecret, find_secret, secrets_in
from ddms_compile.exposure.mask import redact
from ddms_compile.exposure.names import PLACEHOLDER

__all__ = ["PLACEHOLDER", "ExposedSecret", "find_secret", "masked", "redact", "secrets_in", "secrets_of_document"]
