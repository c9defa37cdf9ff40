"""What asking costs: worked by hand."""

from decimal import Decimal

import pytest

from curation.pricing import LARGEST, Prices, cost, prompt_tokens, shown

PRICES = Prices(Decimal("0.5"), Decimal(2))


def test_tokens_are_priced_by_the_million() -> None:
    assert cost(1_000_000, 500_000, PRICES) == Decimal("1.5")


def test_a_price_is_rounded_up() -> None:
    # One token at 0.5 for a million is half a millionth.
    assert cost(1, 0, PRICES) == Decimal("0.000001")


def test_what_nobody_can_believe_is_capped() -> None:
    assert cost(10**12, 10**12, PRICES) == LARGEST


def test_a_prompt_is_a_token_for_three_bytes_and_eight_for_each_turn() -> None:
    turns = [{"role": "system", "content": "x" * 10}, {"role": "user", "content": "é"}]

    # (10 + 2) / 3 + 2 * 8
    assert prompt_tokens(turns) == 20


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0.00"),
        ("0.5", "0.50"),
        ("0.000120", "0.00012"),
        ("1.001", "1.01"),
        ("12345.678", "12,345.68"),
        ("0.999999", "0.999999"),
    ],
)
def test_amounts_are_shown_as_people_read_them(amount: str, text: str) -> None:
    assert shown(Decimal(amount)) == text
