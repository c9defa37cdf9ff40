"""Finds what looks like personal data or a key in text. Knows no Django.

Patterns find what has a form: addresses, numbers, keys, “my name is …”. They find no name in running text, which is
said on the card. What they find is looked at by a person, so they may err, but not so often that nobody looks.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple


class Passage(NamedTuple):
    """Where something stands: its kind and offsets into the text."""

    kind: str
    start: int
    end: int


PLACEHOLDER_HOSTS = re.compile(
    r"(?:^|\.)(?:example\.\w+|example|test|invalid|localhost|domain\.com|yourdomain\.com|email\.com|company\.com"
    r"|mycompany\.com|yourcompany\.com|xyz\.com|abc\.com|address\.com)$",
    re.IGNORECASE,
)
"""Where examples live: RFC 2606, and what people write instead."""
TOLL_FREE = frozenset({"800", "822", "833", "844", "855", "866", "877", "888"})
CARD_TESTS = frozenset({"4111111111111111", "4242424242424242", "5555555555554444", "378282246310005"})
SSN_TESTS = frozenset({"123-45-6789", "078-05-1120", "219-09-9999", "111-11-1111"})
SHORTEST_PHONE, LONGEST_PHONE = 8, 15
MOST_PER_TEXT = 20
"""A list of a thousand addresses needs no thousand findings."""


def is_email(found: "re.Match[str]") -> bool:
    """Say whether an address may belong to someone."""
    return not PLACEHOLDER_HOSTS.search(found["host"])


def is_phone(found: "re.Match[str]") -> bool:
    """Say whether a number may be someone's: neither made up for films nor a hotline."""
    digits = re.sub(r"\D", "", found.group())
    if found.group().startswith("+") and not digits.startswith("1"):
        return SHORTEST_PHONE <= len(digits) <= LONGEST_PHONE and len(set(digits)) > 2
    local = digits.removeprefix("1") if len(digits) == 11 else digits
    is_whole = len(local) == 10 and local[0] not in "01" and local[3] not in "01"
    return is_whole and local[:3] not in TOLL_FREE and local[3:6] != "555" and len(set(local)) > 2


def is_card(found: "re.Match[str]") -> bool:
    """Say whether a number passes Luhn's test and is not one of those that shops are tested with."""
    digits = re.sub(r"\D", "", found.group())
    if digits in CARD_TESTS or len(set(digits)) < 3:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def is_iban(found: "re.Match[str]") -> bool:
    """Say whether an account number has the right check digits (ISO 13616)."""
    plain = found.group().replace(" ", "")
    if not 15 <= len(plain) <= 34:
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def is_ssn(found: "re.Match[str]") -> bool:
    """Say whether a number is none of those that stand in brochures."""
    return found.group() not in SSN_TESTS


def always(found: "re.Match[str]") -> bool:
    """Say yes."""
    return True


class Rule(NamedTuple):
    """One kind of thing: a text without `hint` need not be looked at."""

    kind: str
    pattern: "re.Pattern[str]"
    holds: Callable[["re.Match[str]"], bool]
    hint: "re.Pattern[str]"


_DIGITS = re.compile(r"\d\d")
_STREETS = (
    r"(?:Street|St\.|Avenue|Ave\.?|Road|Rd\.?|Boulevard|Blvd\.?|Lane|Drive|Court|Terrace|Crescent)(?![a-z])"
)
RULES = (
    Rule(
        "email",
        re.compile(
            r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?P<host>(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24})(?![\w-])"
        ),
        is_email,
        re.compile("@"),
    ),
    Rule(
        "phone",
        re.compile(
            r"(?<![\w.$€£+/-])(?:\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}|(?:1[ .-])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4})(?![\w/-])"
        ),
        is_phone,
        _DIGITS,
    ),
    Rule(
        "name",
        re.compile(
            r"\b(?:[Mm]y|[Hh]er|[Hh]is) (?:(?:full|real|legal) )?name is (?:(?:Dr|Mr|Ms|Mrs)\.? )?"
            r"(?P<name>[A-Z][a-zà-ÿ]+(?: [A-Z]\.)? [A-Z][a-zà-ÿ'’-]+)"
        ),
        always,
        re.compile("name is"),
    ),
    Rule(
        "address",
        re.compile(rf"(?<![\w$.-])\d{{1,5}} (?:[NSEW]\.? )?(?:[A-Z][a-z]+ ){{1,3}}{_STREETS}"),
        always,
        re.compile(_STREETS),
    ),
    Rule(
        "card", re.compile(r"(?<![\w.-])[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,4}(?![\w-])"), is_card, _DIGITS
    ),
    Rule(
        "iban",
        re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)"),
        is_iban,
        _DIGITS,
    ),
    Rule(
        "national_id",
        re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])"),
        is_ssn,
        _DIGITS,
    ),
    Rule(
        "key",
        re.compile(
            r"(?<![A-Za-z0-9])(?:hf_[A-Za-z0-9]{20,}|sk-[A-Za-z0-9_-]{20,}|gh[pousr]_[A-Za-z0-9]{30,}"
            r"|(?:AKIA|ASIA)[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{35}|xox[abprs]-[A-Za-z0-9-]{10,}"
            r"|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----)"
        ),
        always,
        re.compile(r"hf_|sk-|gh[pousr]_|AKIA|ASIA|AIza|xox|eyJ|PRIVATE KEY"),
    ),
)


def passages(text: str, names: Iterable[str] = ()) -> list[Passage]:
    """Return what looks like personal data or a key, in order, at most twenty.

    Args:
        text: to look at.
        names: of people who must never appear, such as those who work here.
    """
    found = [*_by_rules(text), *_named(text, tuple(names))]
    return sorted(set(found), key=lambda passage: passage.start)[:MOST_PER_TEXT]


def _by_rules(text: str) -> Iterator[Passage]:
    taken: list[tuple[int, int]] = []
    for rule in RULES:
        if not rule.hint.search(text):
            continue
        for match in rule.pattern.finditer(text):
            start, end = match.span("name") if "name" in rule.pattern.groupindex else match.span()
            if rule.holds(match) and not any(start < before[1] and end > before[0] for before in taken):
                taken.append((start, end))
                yield Passage(rule.kind, start, end)


def _named(text: str, names: tuple[str, ...]) -> Iterator[Passage]:
    pattern = _any_of(names)
    if pattern is not None:
        yield from (Passage("name", *match.span()) for match in pattern.finditer(text))


@lru_cache(maxsize=4)
def _any_of(names: tuple[str, ...]) -> "re.Pattern[str] | None":
    # A single word is too often another word.
    whole = sorted({name for name in names if " " in name.strip()}, key=len, reverse=True)
    if not whole:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, whole))})(?!\w)")
