"""The demo: a believable workspace with a fixed seed, and customers that go on writing through the real connectors."""

from harken.simulators.demo.seed import seed
from harken.simulators.demo.traffic import run

__all__ = ["run", "seed"]
