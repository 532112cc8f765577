import pytest
from small import Small


@pytest.fixture
def small_book(tmp_path):
    """A small book, not yet built."""
    return Small.new(tmp_path / "book")


@pytest.fixture(scope="module")
def built_book(tmp_path_factory):
    """A small book that was built, for tests that leave it as good as they find it."""
    book = Small.new(tmp_path_factory.mktemp("built") / "book")
    code, log = book.build()
    assert code == 0, log
    return book
