"""Where every option of values.yaml must appear: option -> value to set -> places in the rendered objects."""

from collections.abc import Mapping
from typing import Any

from chart.option_case import Case
from chart.options_of_components import OF_A_COMPONENT
from chart.options_of_the_rest import OF_THE_REST


def _of(component: str, node: Any) -> Any:
    match node:
        case str():
            return node.replace("{c}", component)
        case Mapping():
            return {_of(component, key): _of(component, value) for key, value in node.items()}
        case list():
            return [_of(component, item) for item in node]
        case _:
            return node


CASES = (
    *(
        Case(
            option=_of(component, case.option),
            value=case.value,
            places=_of(component, case.places),
            given=_of(component, case.given),
        )
        for component in ("backend", "frontend")
        for case in OF_A_COMPONENT
    ),
    *OF_THE_REST,
)
