"""The base of every named refusal: an error whose message is fit to show to a person."""

from typing import Any


class Refusal(Exception):
    """A rule said no. Faces show `message`; `status` is the HTTP status a face answers with."""

    status = 400
    message: Any = ""

    def __init__(self, message: Any = None, **details: Any) -> None:
        if message is not None:
            self.message = message
        self.details = details
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message) % self.details if self.details else str(self.message)
