"""Secrets at rest: passwords by scrypt, random secrets by SHA-256; compared in constant time."""

import hashlib
import hmac
import secrets

# OWASP's parameters for 16 MiB: costly enough offline, bearable beside a database lock.
_COST, _BLOCK, _LANES = 2**14, 8, 5
_LENGTH = 32
RANDOM_BYTES = 32


def random_secret() -> str:
    """256 random bits as base64url text: client secrets, tokens, cookies, challenges."""
    return secrets.token_urlsafe(RANDOM_BYTES)


def fingerprint(secret: str) -> str:
    """SHA-256 (hex): how a random secret is kept. Too fast for anything a person chose."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def same(left: str, right: str) -> bool:
    """Whether two hashes are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(left.encode(), right.encode())


def hash_password(password: str) -> str:
    """`scrypt$salt$hash` in hex, with a fresh salt."""
    salt = secrets.token_bytes(16)
    return f"scrypt${salt.hex()}${_scrypt(password, salt).hex()}"


def password_matches(password: str, stored: str | None) -> bool:
    """Whether the password is the stored one.

    Without a stored one the same work is done, so that time does not tell who has an account.
    """
    _, salt, expected = (stored or _NOBODY).split("$")
    found = _scrypt(password, bytes.fromhex(salt)).hex()
    return same(found, expected) and stored is not None


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"),
        salt=salt,
        n=_COST,
        r=_BLOCK,
        p=_LANES,
        dklen=_LENGTH,
    )


_NOBODY = f"scrypt${'00' * 16}${'00' * _LENGTH}"
