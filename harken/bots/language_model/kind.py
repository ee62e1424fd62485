"""The kind `model`. Its key is sealed; that it is automated cannot be left unsaid."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from harken.bots.answers.embedding import Embedding, Spaces
from harken.bots.answers.kind import Libraries
from harken.bots.answers.settings import AnswersSettings
from harken.bots.brains import BotConfig
from harken.bots.language_model.brain import ModelBrain
from harken.bots.language_model.settings import ModelSettings, checked
from harken.bots.protocol import Brain
from harken.kit.errors import Invalid
from harken.port.services import Services


class ModelKind:
    secrets = frozenset({"api_key"})
    generated: Mapping[str, Callable[[], str]] = {}
    model = True

    def __init__(self) -> None:
        self._libraries = Libraries()
        self._spaces = Spaces()

    def check(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        given = dict(settings)
        key = given.pop("api_key", "")
        if not isinstance(key, str):
            raise Invalid(("settings.api_key", "invalid"))
        return msgspec.to_builtins(checked(given)) | ({"api_key": key} if key else {})

    def brain(self, config: BotConfig, services: Services) -> Brain:
        settings = msgspec.convert(dict(config.settings), ModelSettings)
        knowledge = AnswersSettings(articles=settings.articles, quick_replies=settings.quick_replies)
        library = self._libraries.of(config, knowledge, services)
        key, space = config.secrets.get("api_key", ""), None
        if settings.embedding_model:
            model = Embedding(settings.base_url, settings.embedding_model, key)
            space = self._spaces.of(services.db, config.workspace_id, model)
        return ModelBrain(settings, key, library, space)


KIND: Final = ModelKind()
