"""Plain psycopg connections for what runs beside the commands: sealing, verifying, listening."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import connections

DJANGO_ONLY = ("cursor_factory", "context", "prepare_threshold", "client_encoding", "server_side_binding")
SEALER_LOCK = 0x4C494E4C4953  # "LINLIS"
RUNNER_LOCK = 0x4C494E4C4952  # "LINLIR"


def connect(alias: str, *, purpose: str) -> psycopg.Connection[Any]:
    """A connection of its own with the login of database ``alias``, seeing every community; ``purpose`` is named to the server.

    The caller closes it. Every transaction sees one snapshot (repeatable read).
    """
    parameters = connections[alias].get_connection_params()
    arguments = {key: value for key, value in parameters.items() if key not in DJANGO_ONLY}
    arguments["application_name"] = f"linli-{purpose}"
    connection = psycopg.connect(**arguments)
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.execute("SELECT set_config('linli.actor', %s, false)", [f"system:{purpose}"])
    connection.execute("SET linli.everywhere = 'on'")
    # A head file must never know more than the disk under the database.
    connection.execute("SET synchronous_commit = on")
    connection.commit()
    return connection
