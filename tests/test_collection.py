"""Every test that is written runs."""

from fnmatch import fnmatch
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


@pytest.mark.parametrize(
    "name", sorted({part for file in TESTS.rglob("test_*.py") for part in file.relative_to(TESTS).parent.parts})
)
def test_no_folder_of_tests_is_passed_over(name, pytestconfig):
    passed_over = [pattern for pattern in pytestconfig.getini("norecursedirs") if fnmatch(name, pattern)]
    assert not passed_over, f"pytest does not look into {name}: take {passed_over[0]} from norecursedirs"
