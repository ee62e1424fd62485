"""Signing in and out, the first run, and what one may do to oneself."""

from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import Request, Response, delete, get, patch, post, put
from litestar.datastructures import Cookie, State

from harken.entry_services import Services  # replaced below
