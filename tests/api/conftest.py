"""What tests of releases and samplings use, for tests of their routes."""

from tests.curation.conftest import double
from tests.exports.conftest import house_of_files, hub, plain_uploads

__all__ = ["double", "house_of_files", "hub", "plain_uploads"]
