"""A hasher of passwords that takes no time and counts how often one was compared."""

from django.contrib.auth.hashers import MD5PasswordHasher

compared: list[str] = []


class CountingHasher(MD5PasswordHasher):
    algorithm = "counting"

    # Both `verify` and what Django does for a name that nobody has, so that it takes as long, come here.
    def encode(self, password, salt):
        compared.append(password)
        return super().encode(password, salt)

    def harden_runtime(self, password, encoded):
        pass
