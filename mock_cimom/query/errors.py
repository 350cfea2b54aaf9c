"""What can be wrong with the text of a query."""


class QueryError(ValueError):
    """A query that cannot be understood, told in one sentence.

    `reason` says what is wrong; `position` is the place in the text, 1 for its first character, None if no single
    place is to blame.
    """

    def __init__(self, reason: str, position: int | None = None) -> None:
        super().__init__(reason if position is None else f"{reason} at position {position}")
        self.reason = reason
        self.position = position


class UnknownLanguageError(QueryError):
    """The language of the query is none that is understood here."""
