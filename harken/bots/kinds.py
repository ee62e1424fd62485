"""Every kind of bot that there is."""

from collections.abc import Mapping
from typing import Final

from harken.bots.answers import kind as answers
from harken.bots.brains import Kind
from harken.bots.chatwoot import kind as chatwoot
from harken.bots.flow import kind as flow
from harken.bots.language_model import kind as language_model
from harken.bots.rasa import brain as rasa
from harken.bots.webhook import kind as webhook

KINDS: Final[Mapping[str, Kind]] = {
    "webhook": webhook.KIND,
    "flow": flow.KIND,
    "answers": answers.KIND,
    "model": language_model.KIND,
    "rasa": rasa.KIND,
    "chatwoot": chatwoot.KIND,
}
