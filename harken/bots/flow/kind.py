"""The kind `flow`: its settings are one document."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from harken.bots.brains import BotConfig
from harken.bots.flow.brain import FlowBrain
from harken.bots.flow.document import Malformed, read
from harken.bots.flow.faults import faults
from harken.bots.protocol import Brain
from harken.kit.errors import Invalid
from harken.port.services import Services


class FlowKind:
    secrets: frozenset[str] = frozenset()
    generated: Mapping[str, Callable[[], str]] = {}
    model = False

    def check(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """`document`: YAML. Raises Invalid; the error's field names the step."""
        source = settings.get("document")
        if not isinstance(source, str):
            raise Invalid(("settings.document", "required"))
        try:
            found = faults(read(source))
        except Malformed as error:
            raise Invalid(("settings.document", "malformed"), detail=str(error)) from error
        wrong = [fault for fault in found if fault.severity == "error"]
        if wrong:
            raise Invalid(
                *(
                    (f"settings.document.{fault.step}" if fault.step else "settings.document", fault.code)
                    for fault in wrong
                )
            )
        return {"document": source}

    def brain(self, config: BotConfig, services: Services) -> Brain:
        return FlowBrain(config.settings["document"])


KIND: Final = FlowKind()
