"""Read the spec and record the keys of each value.

    read(lambda s: f"app.{s.dns.root_domain}")   ->   Traced("app.ddms.example.com", {"dns.root_domain"})

The query gets views of the models, typed as the models, which record each leaf that it reads. A list is one leaf:
layers replace lists as a whole.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from ddms_compile.diagnostics.keys import Key, dotted
from ddms_compile.provenance.traced import NO_KEYS, Keys, Traced
from ddms_compile.spec import EnvironmentSpec

T = TypeVar("T")


class Reader:
    """The spec of one environment, read by queries."""

    def __init__(self, spec: EnvironmentSpec) -> None:
        self._spec = spec

    def __call__(self, query: Callable[[EnvironmentSpec], T]) -> Traced[T]:
        """Return the result of `query`, with the keys of the leaves that it read."""
        touched: set[str] = set()
        value = query(cast(EnvironmentSpec, _View(self._spec, (), touched)))
        return Traced(value, frozenset(touched))

    def table(self, query: Callable[[EnvironmentSpec], Mapping[str, T]]) -> dict[str, Traced[T]]:
        """Return a table of scalars whose entries each have their own key."""
        view = query(cast(EnvironmentSpec, _View(self._spec, (), set())))
        assert isinstance(view, _MappingView)
        return view.entries()

    def keys(self, query: Callable[[EnvironmentSpec], object]) -> Keys:
        """Return the keys that a query reads."""
        return self(query).keys


class _View:
    """A view of a model that records the leaves that are read."""

    def __init__(self, model: BaseModel, key: Key, touched: set[str]) -> None:
        self._model, self._key, self._touched = model, key, touched

    def __getattr__(self, name: str) -> object:
        model = self._model
        field = type(model).model_fields[name]
        return _seen(getattr(model, name), (*self._key, field.alias or name), self._touched)


class _MappingView(Mapping[str, object]):
    """A view of a table with keys of the user. Iteration reads each key."""

    def __init__(self, table: Mapping[str, object], key: Key, touched: set[str]) -> None:
        self._table, self._key, self._touched = table, key, touched

    def __getitem__(self, name: str) -> object:
        return _seen(self._table[name], (*self._key, name), self._touched)

    def __iter__(self) -> Iterator[str]:
        for name in sorted(self._table):
            self._touched.add(dotted((*self._key, name)))
            yield name

    def __len__(self) -> int:
        return len(list(iter(self)))

    def entries(self) -> dict[str, Traced[Any]]:
        """Return each scalar entry with its own key, by name."""
        return {n: Traced(self._table[n], frozenset({dotted((*self._key, n))})) for n in sorted(self._table)}


def _seen(value: object, key: Key, touched: set[str]) -> object:
    if isinstance(value, BaseModel):
        return _View(value, key, touched)
    if isinstance(value, Mapping):
        return _MappingView(value, key, touched)
    touched.add(dotted(key))
    return value


__all__ = ["NO_KEYS", "Reader"]
