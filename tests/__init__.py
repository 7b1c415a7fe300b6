"""The tests. Modules that assert on behalf of tests tell the two sides of a failure too."""

import pytest

pytest.register_assert_rewrite(
    "tests.simulation.diary",
    "tests.simulation.diary_acts",
    "tests.simulation.diary_expects",
    "tests.simulation.office",
)
