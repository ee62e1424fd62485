"""The error tree. Each error has a stable code and a status; HTTP answers are application/problem+json.

HarkenError
├── NotSignedIn        401 not_signed_in
├── Forbidden          403 forbidden
├── NotFound           404 not_found          (also for what one may not see)
├── Conflict           409 conflict | handler_changed | ...
├── TooLarge           413 too_large
├── UnsupportedType    415 unsupported_type
├── Invalid            422 invalid            (errors: [{field, code}])
├── TooMany            429 too_many           (Retry-After)
└── Busy               503 busy               (Retry-After)
"""

from collections.abc import Mapping


class HarkenError(Exception):
    """What a caller is told. `fields` become members of the problem document, JSON-encodable."""

    status = 500
    code = "error"
    title = "Something went wrong"

    def __init__(
        self, detail: str = "", *, code: str | None = None, fields: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.code = code or type(self).code
        self.fields: Mapping[str, object] = fields or {}


class NotSignedIn(HarkenError):
    status, code, title = 401, "not_signed_in", "Not signed in"


class Forbidden(HarkenError):
    status, code, title = 403, "forbidden", "Not allowed"


class NotFound(HarkenError):
    status, code, title = 404, "not_found", "Not found"


class Conflict(HarkenError):
    status, code, title = 409, "conflict", "Conflict"


class TooLarge(HarkenError):
    status, code, title = 413, "too_large", "Too large"


class UnsupportedType(HarkenError):
    status, code, title = 415, "unsupported_type", "Unsupported type"


class Invalid(HarkenError):
    """`errors`: pairs of (field, code), e.g. ("text", "too_long")."""

    status, code, title = 422, "invalid", "Invalid"

    def __init__(self, *errors: tuple[str, str], detail: str = "") -> None:
        super().__init__(detail, fields={"errors": [{"field": f, "code": c} for f, c in errors]})


class _Later(HarkenError):
    def __init__(self, detail: str = "", *, retry_after: int = 1) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class TooMany(_Later):
    status, code, title = 429, "too_many", "Too many requests"


class Busy(_Later):
    status, code, title = 503, "busy", "Busy"
