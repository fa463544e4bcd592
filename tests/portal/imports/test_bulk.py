"""What a register's class must say."""

import pytest

from portal.imports.bulk import RESOURCES, BulkResource


def test_register_that_does_not_say_what_its_rows_are_to_be_cannot_be_used() -> None:
    class Half(BulkResource):
        """Columns alone."""

    with pytest.raises(TypeError, match="settle"):
        Half()


def test_every_register_is_whole() -> None:
    for kind, resource in RESOURCES.items():
        assert resource().kind == kind
