"""Pairs by trait and domain as a table, and cards made readable."""

from pathlib import Path

from exports.matrix import matrix
from exports.papers.facts import Cell
from exports.reading import read_card, unwrapped

TRAITS = {"candor": "Candor", "care": "Care"}
DOMAINS = {"law": "Law", "health": "Health"}


def test_lines_go_by_name_and_columns_in_the_order_of_domains():
    cells = [Cell("care", 1, domain, "train", 1, 1) for domain in ("zoo", "health", "law")]
    cells.append(Cell("candor", 1, "law", "train", 2, 2))

    found = matrix(cells, TRAITS, DOMAINS)

    assert [head.name for head in found.heads] == ["Law", "Health", "zoo"]
    assert [(line.name, [box.decided for box in line.boxes], line.decided) for line in found.lines] == [
        ("Candor", [2, 0, 0], 2),
        ("Care", [1, 1, 1], 3),
    ]


def test_two_wordings_of_a_trait_are_told_apart():
    cells = [Cell("care", version, "law", "train", 1, 1) for version in (1, 2)]

    assert [line.name for line in matrix(cells, TRAITS, DOMAINS).lines] == [
        "Care, version 1",
        "Care, version 2",
    ]


def test_validation_and_undecided_pairs_are_counted_apart():
    cells = [Cell("care", 1, "law", "train", 5, 3), Cell("care", 1, "law", "validation", 1, 1)]

    found = matrix(cells, TRAITS, DOMAINS)

    box, line = found.lines[0].boxes[0], found.lines[0]
    assert found.has_validation
    assert (box.train, box.validation, line.decided, line.undecided) == (3, 1, 4, 2)


def test_shades_follow_the_place_among_all_amounts():
    amounts = (0, 1, 2, 3, 5, 8, 900)
    cells = [Cell("care", 1, f"d{place}", "train", amount, amount) for place, amount in enumerate(amounts)]

    boxes = matrix(cells, TRAITS, {}).lines[0].boxes

    assert [box.shade for box in boxes] == [0, 1, 2, 3, 4, 5, 6]


def test_two_amounts_that_hardly_differ_look_so():
    cells = [Cell("care", 1, "law", "train", 1, 1), Cell("care", 1, "health", "train", 2, 2)]

    assert [box.shade for box in matrix(cells, TRAITS, DOMAINS).lines[0].boxes] == [1, 3]


def test_paragraphs_of_a_card_become_one_line_and_code_stays_as_it_is():
    card = "# T\nA\nb.\n\n> c\n> d\n\n- e\n  f\n- g\n\n```python\nx\ny\n```\n| h |\n| - |\n"

    assert unwrapped(card) == "# T\nA b.\n\n> c d\n\n- e f\n- g\n\n```python\nx\ny\n```\n| h |\n| - |\n"


def test_a_card_without_front_matter_is_read_and_a_missing_one_is_none(tmp_path: Path):
    (tmp_path / "README.md").write_bytes(b"Hello\0 \xff\n\n## More\n")

    card = read_card(tmp_path / "README.md")

    assert card
    assert (card.front_matter, "Hello" in card.lead[0].html, "More" in card.rest[0].html) == ("", True, True)
    assert read_card(tmp_path / "nothing.md") is None
