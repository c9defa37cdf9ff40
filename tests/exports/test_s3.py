"""Requests to storages are signed as Amazon's examples say."""

from datetime import UTC, datetime

from exports.s3_signing import EMPTY_SHA256, Keys, canonical_query, signed

# Source: "Signature Calculations for the Authorization Header", Amazon S3 API reference, examples.
KEYS = Keys("us-east-1", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
AT = datetime(2013, 5, 24, tzinfo=UTC)
HOME = "https://examplebucket.s3.amazonaws.com"


def signature(headers: dict[str, str]) -> str:
    return headers["authorization"].rpartition("Signature=")[2]


def test_an_object_is_asked_for_as_in_the_example():
    headers = signed("GET", f"{HOME}/test.txt", {"Range": "bytes=0-9"}, KEYS, at=AT)

    assert signature(headers) == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"


def test_an_object_is_written_as_in_the_example():
    headers = signed(
        "PUT",
        f"{HOME}/test%24file.text",
        {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
        KEYS,
        sha256="44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        at=AT,
    )

    assert signature(headers) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"


def test_objects_are_listed_as_in_the_example():
    headers = signed("GET", HOME, {}, KEYS, query={"max-keys": "2", "prefix": "J"}, at=AT)

    assert signature(headers) == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"


def test_a_query_has_one_spelling():
    assert canonical_query({"prefix": "a b/c=é", "list-type": "2"}) == "list-type=2&prefix=a%20b%2Fc%3D%C3%A9"


def test_nothing_hashes_to_the_known_value():
    assert EMPTY_SHA256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
