"""The closed set of connector errors: a connector maps every failure of its service to one of these.

ConnectorError
├── BadSignature      the request is not from the service           -> 401, nothing stored
├── Malformed         the request cannot be split into items        -> 400, nothing stored
├── Transient         try again later (`retry_after` seconds)       -> queued again, with backoff
├── RateLimited       the same, and the service said when
├── Uncertain         the request was written, the answer never came-> `uncertain`; never sent twice by itself
├── Rejected          this message will never be taken              -> failed
│   ├── RecipientRefused     the address is wrong, blocked or gone
│   └── WindowClosed         only a template may be sent now
└── Misconfigured     credentials or settings are wrong             -> failed; the channel's health turns red
"""


class ConnectorError(Exception):
    """`str(error)` is shown to agents: say what went wrong and what to do, without secrets."""

    kind = "error"


class BadSignature(ConnectorError):
    kind = "bad_signature"


class Malformed(ConnectorError):
    kind = "malformed"


class Transient(ConnectorError):
    kind = "transient"

    def __init__(self, text: str, *, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class RateLimited(Transient):
    kind = "rate_limited"


class Uncertain(ConnectorError):
    kind = "uncertain"


class Rejected(ConnectorError):
    kind = "rejected"


class RecipientRefused(Rejected):
    kind = "recipient_refused"


class WindowClosed(Rejected):
    kind = "window_closed"


class Misconfigured(ConnectorError):
    kind = "misconfigured"
