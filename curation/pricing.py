"""What asking a model costs. Knows no Django.

A tokenizer is not asked: each model has its own. Text is taken to be a token for every three bytes of UTF-8, which is
more than models of today need for most languages, so an estimate is rather too high than too low.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_UP, Decimal
from typing import NamedTuple

BYTES_PER_TOKEN = 3
TOKENS_PER_TURN = 8
"""What a chat's template adds around each message."""
MILLION = 1_000_000
SMALLEST = Decimal("0.000001")
CENT = Decimal("0.01")
LARGEST = Decimal(999_999)
"""What one response may cost; who claims more can't be believed."""


class Prices(NamedTuple):
    """For a million tokens, in the deployment's currency."""

    prompt: Decimal
    response: Decimal

    @property
    def are_known(self) -> bool:
        """Whether any was entered."""
        return bool(self.prompt or self.response)


def estimated_tokens(size: int, turns: int) -> int:
    """Return how many tokens so many bytes in so many messages are, at most for most models."""
    return -(-size // BYTES_PER_TOKEN) + turns * TOKENS_PER_TURN


def prompt_tokens(conversation: Sequence[Mapping[str, str]]) -> int:
    """Return the estimate for a conversation with its system prompt."""
    size = sum(len(message["content"].encode("utf-8", "replace")) for message in conversation)
    return estimated_tokens(size, len(conversation))


def cost(prompt: int, response: int, prices: Prices) -> Decimal:
    """Return the price of so many tokens, rounded up to a millionth and capped."""
    exact = (prompt * prices.prompt + response * prices.response) / MILLION
    return min(exact, LARGEST).quantize(SMALLEST, ROUND_UP)


def shown(amount: Decimal) -> str:
    """Return an amount of money for people: rounded up to the cent, and below 1 as fine as it is kept."""
    if amount >= 1:
        return f"{amount.quantize(CENT, ROUND_UP):,}"
    whole, _, part = f"{amount:.6f}".partition(".")
    return f"{whole}.{part.rstrip('0'):0<2}"
