"""Every kind of bot that there is."""

from collections.abc import Mapping
from typing import Final

from harken.bots.answers import kind as answers
from harken.bots.brains import Kind
from harken.bots.flow import kind as flow
from harken.bots.rasa import brain as rasa
from harken.bots.webhook import kind as webhook

KINDS: Final[Mapping[str, Kind]] = {
    "webhook": webhook.KIND,
    "flow": flow.KIND,
    "answers": answers.KIND,
    "rasa": rasa.KIND,
}
