"""How the rows of a frozen release become its digest. Knows no Django."""

HASHED = (
    "exports_releaseitem",
    "exports_releaseanswer",
    "exports_releaseranking",
    "exports_releasetask",
    "exports_releasedemonstration",
    "exports_releasejudgement",
)
"""Tables whose rows carry a hash, in the order in which they are digested."""


def digest_of(release: str) -> str:
    """Return SQL for the digest of a release, in hexadecimal; null when it holds no row.

    A table's digest is the sha256 over the hashes of its rows in order, a release's the sha256 over those of its
    tables. Where compared pairs are all that there is, their table's is the release's, as it was at first.

    Args:
        release: SQL for the release's id.
    """
    tables = " UNION ALL ".join(
        f"""SELECT {place} AS place, sha256(convert_to(string_agg(row_sha256, '' ORDER BY ordinal), 'UTF8')) AS digest
            FROM {table} WHERE release_id = {release} HAVING count(*) > 0"""  # noqa: S608
        for place, table in enumerate(HASHED)
    )
    return f"""(SELECT encode(CASE WHEN count(*) = 1 AND min(place) = 0 THEN (array_agg(digest))[1]
            WHEN count(*) > 0 THEN sha256(string_agg(digest, ''::bytea ORDER BY place)) END, 'hex')
        FROM ({tables}) AS tables)"""  # noqa: S608
