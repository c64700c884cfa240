"""Exposed secrets: how to find one in a value or in a document, and how to show the rest of the text.

Standard library and the catalog only: every stage and every renderer may use it.
"""

from ddms_compile.exposure.document import masked, secrets_of_document
from ddms_compile.exposure.find import ExposedSecret, find_secret, secrets_in
from ddms_compile.exposure.mask import redact
from ddms_compile.exposure.names import PLACEHOLDER

__all__ = ["PLACEHOLDER", "ExposedSecret", "find_secret", "masked", "redact", "secrets_in", "secrets_of_document"]
