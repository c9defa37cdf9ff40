"""What looks like personal data, and what only seems to."""

import pytest

from exports.refusals import refuses
from exports.scanning import MOST_PER_TEXT, passages


def found(text: str, *names: str) -> list[tuple[str, str]]:
    return [(each.kind, text[each.start : each.end]) for each in passages(text, names)]


@pytest.mark.parametrize(
    ("text", "kind", "passage"),
    [
        ("Write to carla.ruiz@post.zz, please.", "email", "carla.ruiz@post.zz"),
        ("Her number is (212) 736-5000.", "phone", "(212) 736-5000"),
        ("Ring +44 20 7946 0018 at noon", "phone", "+44 20 7946 0018"),
        ("My name is Zebulon Quux and I", "name", "Zebulon Quux"),
        ("He lives at 12 North Elm Street, right?", "address", "12 North Elm Street"),
        ("Card: 4012 8888 8888 1881.", "card", "4012 8888 8888 1881"),
        ("IBAN DE89 3704 0044 0532 0130 00", "iban", "DE89 3704 0044 0532 0130 00"),
        ("SSN 001-01-0001", "national_id", "001-01-0001"),
        (f"token hf_{'a1' * 12} there", "key", f"hf_{'a1' * 12}"),
    ],
)
def test_what_has_the_form_of_personal_data_is_found(text: str, kind: str, passage: str):
    assert found(text) == [(kind, passage)]


@pytest.mark.parametrize(
    "text",
    [
        "Write to you@example.com or name@company.com",
        "Call 1-800-273-8255, day or night",
        "Call (212) 555-0199 in the film",
        "It costs $1,234-5678, or 2024-01-15 to 2024-02-16",
        "Order 4111 1111 1111 1111 in the test shop",
        "My name is not important",
        "She walked down the Street 12 times",
        "DE89 3704 0044 0532 0130 01 has a wrong digit",
        "The usual 123-45-6789",
        "version 10.0.0.1 and 3.14159265358979",
    ],
)
def test_what_only_seems_to_be_is_not(text: str):
    assert found(text) == []


def test_the_people_of_the_house_are_found_by_their_whole_names():
    assert found("Ask Zoë Quux. Zoë knows.", "Zoë Quux", "Zoë") == [("name", "Zoë Quux")]


def test_a_long_list_makes_no_thousand_findings():
    assert len(passages(" ".join(f"a{number}@post.zz" for number in range(1000)))) == MOST_PER_TEXT


def test_hostile_text_takes_no_time():
    for text in ("1 " * 100_000, "a@" * 50_000, "A" * 200_000, "+1 (1) " * 30_000, "12 Aa " * 30_000):
        passages(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I'm sorry, but I can't help with that.", True),
        ("I cannot help with this. Call someone.", True),
        ("Ich kann dir dabei nicht helfen.", True),
        ("Yes: first, turn it off.", False),
        ("She said that she can't come.", False),
    ],
)
def test_a_refusal_is_told_by_its_beginning(text: str, expected: bool):
    assert refuses(text) is expected
