"""Write artifacts as files: plan, then apply, so that a build leaves either the old tree or the new one."""

from ddms_compile.write.apply import apply
from ddms_compile.write.cache import recall, remember
from ddms_compile.write.fingerprint import Fingerprint, fingerprint
from ddms_compile.write.lock import locked
from ddms_compile.write.manifest import OwnedFile, read_manifest, render_manifest
from ddms_compile.write.plan import Plan, plan
from ddms_compile.write.recover import pending, recover
from ddms_compile.write.strangers import undeclared

__all__ = [
    "Fingerprint",
    "OwnedFile",
    "Plan",
    "apply",
    "fingerprint",
    "locked",
    "pending",
    "plan",
    "read_manifest",
    "recall",
    "recover",
    "remember",
    "render_manifest",
    "undeclared",
]
