"""An RDS volume of type gp3 has 20 to 65536 GiB, and grows by itself only to a tenth more than it has at least."""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.spec.quantities import mebibytes
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS218"
LEAST, MOST = 20, 65536


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        storage = spec.postgres.storage
        initial, largest = mebibytes(storage.initial) // 1024, mebibytes(storage.max) // 1024
        for field, size in (("initial", initial), ("max", largest)):
            if not LEAST <= size <= MOST:
                bound, side = (LEAST, "at least") if size < LEAST else (MOST, "at most")
                yield error(
                    CODE,
                    f"a database volume has {side} {bound} GiB, not {size}",
                    at(name, "postgres", "storage", field, label=f"{size} GiB"),
                    f'write {field} = "{bound}Gi"',
                )
        if LEAST <= initial < largest < -(-initial * 11 // 10):
            yield error(
                CODE,
                "RDS grows a volume by at least a tenth: the maximum is too close to the initial size",
                at(name, "postgres", "storage", "max", label=f"less than {-(-initial * 11 // 10)} GiB"),
                f'write max = "{-(-initial * 11 // 10)}Gi", or max = "{storage.initial}" to disable growth',
                related=(at(name, "postgres", "storage", "initial", label="the initial size"),),
            )
