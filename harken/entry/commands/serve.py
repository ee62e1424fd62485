"""run, web, worker, demo: the commands that serve until they are told to stop."""

from importlib import import_module

from harken.entry.commands.options import DATABASE, EVERYTHING, with_settings
from harken.kit.settings import Settings

_WORKER = (
    *DATABASE,
    "database_pool",
    "blobs_url",
    "public_url",
    "event_retention_days",
    "receipt_retention_days",
    "allow_private_urls",
)


@with_settings(*EVERYTHING)
def run(settings: Settings) -> None:
    """Serve everything from one process: web, live and worker, with PostgreSQL in the data folder."""
    _serve(settings, exclusive=not settings.database_url, worker=settings.worker)


@with_settings(*(name for name in EVERYTHING if name != "worker"))
def web(settings: Settings) -> None:
    """Serve the web and the live sockets only; `harken worker` delivers and runs tasks."""
    _serve(settings, exclusive=False, worker=False)


@with_settings(*_WORKER)
def worker(settings: Settings) -> None:
    """Deliver and run tasks only, beside `harken web` processes."""
    from harken.entry import serving
    from harken.entry.embedded import database
    from harken.kit import logs

    logs.configure(settings.log_level, settings.log_format)
    with database(settings) as dsn:
        serving.work_until_stopped(dsn, settings)


@with_settings(*(name for name in EVERYTHING if name not in ("worker", "allow_private_urls")))
def demo(settings: Settings) -> None:
    """Serve a sample workspace, with simulated services and customers who write in."""
    import msgspec

    # The simulated services listen on this machine.
    settings = msgspec.structs.replace(settings, allow_private_urls=True)
    _serve(settings, exclusive=not settings.database_url, worker=True, with_demo=True)


def _serve(settings: Settings, *, exclusive: bool, worker: bool, with_demo: bool = False) -> None:
    from harken.entry.embedded import database
    from harken.kit import logs

    logs.configure(settings.log_level, settings.log_format)
    # Its imports take as long as PostgreSQL's start.
    with database(settings, exclusive=exclusive, meanwhile=lambda: import_module("harken.entry.serving")) as dsn:
        from harken.entry import serving

        beside = None
        if with_demo:
            from harken.simulators import demo

            beside = serving.Beside(demo.seed, demo.run)
        serving.serve_until_stopped(dsn, settings, worker=worker, beside=beside)
