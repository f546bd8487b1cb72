"""Errors of the standard: a stable code, and the placeholders of its words.

    StandardError
    ├── EnvelopeError   bytes, JSON, envelope or identifier that may not pass
    ├── RowError        a row of a table from which no declaration can be made
    ├── IdentifierError a number of a company that was typed wrongly
    ├── BandError       a band in a file of bands that cannot be used
    ├── StatementError  a roll-up statement that does not hold
    ├── ErasureError    a deletion receipt that does not hold
    └── LogError        a proof, a checkpoint or a policy of the log that does not hold

The words come from `tierlight_schemas.messages` by `code`, in the reader's language.
"""


class StandardError(ValueError):
    """Root of the standard's errors; `params` are the placeholders of the message."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.code} ({details})" if details else self.code


class EnvelopeError(StandardError):
    """Bytes that may not pass: how they are encoded, wrapped or signed is not as agreed."""


class RowError(StandardError):
    """A row of a table from which no declaration can be made; `column` says where."""

    def __init__(self, code: str, column: str, **params: str) -> None:
        super().__init__(code, column=column, **params)
        self.column = column


class IdentifierError(StandardError):
    """A number of a company that does not have the form, or the check digit, of its scheme."""


class BandError(StandardError):
    """A band that cannot be used; `band` is its id, or its place in the file, counted from 1."""

    def __init__(self, code: str, band: str, member: str, **params: str) -> None:
        super().__init__(code, band=band, member=member, **params)


class StatementError(StandardError):
    """A roll-up statement, its annex or its bundle that does not hold."""


class ErasureError(StandardError):
    """A deletion receipt, or the hub's word on what a result has lost, that does not hold."""


class LogError(StandardError):
    """A proof, a checkpoint, a cosignature or a policy of the log that does not hold."""
