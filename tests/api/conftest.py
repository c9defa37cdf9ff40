"""What tests of releases use, for tests of their routes."""

from tests.exports.conftest import house_of_files, hub, plain_uploads

__all__ = ["house_of_files", "hub", "plain_uploads"]
