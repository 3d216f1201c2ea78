"""A new, empty database for each studio of a benchmark: a file, or on the PostgreSQL server of DATABASE_URL."""

import os
import uuid
from urllib.parse import urlsplit


def new(folder) -> str:
    """Return the address of a database that nobody has used; a file of it lies in this folder."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        return f"sqlite:///{folder}/benchmark.sqlite3"
    import psycopg

    name = f"benchmark_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return urlsplit(server)._replace(path=f"/{name}").geturl()
