"""Secrets at rest: what the database holds of them is sealed with a key that is not in the database, nor in a back-up.

The key stands in SECRETS_KEY_FILE, made when it is first needed.  After a rotation the former keys stay below it, one a
line, so that what an older back-up holds can still be read.
"""

from hashlib import sha256
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from studio import private_files


class KeyMissing(Exception):
    """What is sealed cannot be read: its key is not in SECRETS_KEY_FILE, or nobody can read that.

    str() is a sentence without a secret.
    """

    def __init__(self):
        super().__init__(
            f"The key that this needs is not in {settings.SECRETS_KEY_FILE}, or nobody can read it there."
        )


def seal(text: str) -> str:
    """Return `text` sealed: about a third longer, and 100 characters; another each time.  Raises KeyMissing."""
    keys = _keys() or _first_key()
    if not keys:
        raise KeyMissing  # there is a file, without a key in it; nobody's remains are overwritten
    return _locks(keys).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return what was sealed.  Raises KeyMissing."""
    keys = _keys()
    if not keys:
        raise KeyMissing
    try:
        return _locks(keys).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise KeyMissing from None


def can_unseal(sealed: str) -> bool:
    try:
        unseal(sealed)
    except KeyMissing:
        return False
    return True


def key_name() -> str:
    """Return what the present key can be told by, without being told; "" where there is none yet."""
    return _name(_keys()[0]) if _keys() else ""


def key_is_here(name: str) -> bool:
    return name in map(_name, _keys())


def add_key() -> None:
    """Put a new key above the others: from now on everybody seals with it, and what the others sealed can be read."""
    _write([Fernet.generate_key(), *_keys()])


def forget_former_keys() -> None:
    """Leave the present key alone.  What is sealed with another is lost."""
    _write(_keys()[:1])


def _file() -> Path:
    return Path(settings.SECRETS_KEY_FILE)


def _keys() -> list[bytes]:
    # Read each time, so that a rotation reaches every program at once.
    try:
        lines = _file().read_bytes().split()
    except FileNotFoundError:
        return []
    except OSError:
        raise KeyMissing from None
    return [line for line in lines if _is_key(line)]


def _is_key(line: bytes) -> bool:
    try:
        Fernet(line)
    except ValueError:
        return False
    return True


def _locks(keys: list[bytes]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _name(key: bytes) -> str:
    return sha256(key).hexdigest()[:12]


def _first_key() -> list[bytes]:
    """Make the file, and read it: another program may have been quicker."""
    private_files.make_once(_file(), _lines([Fernet.generate_key()]))
    return _keys()


def _write(keys: list[bytes]) -> None:
    private_files.written_beside(_file(), _lines(keys)).replace(_file())


def _lines(keys: list[bytes]) -> bytes:
    return b"\n".join(keys) + b"\n"
