"""What an oracle objects to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One objection: where, in the consumer's terms, and what it says."""

    where: str
    message: str
