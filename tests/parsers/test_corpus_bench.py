"""Counts over mail at hand: replies held out are read by networks that have not learnt them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest

from bench.check_replies import FOLDER
from bench.corpus import MACHINE, Specimen, of_replies, read
from bench.unseen import Unseen, unseen
from parsers.classifier import load_classifier


@pytest.fixture(scope="module")
def apart() -> Unseen:
    """The packaged reader with the word of the twins."""
    reader = load_classifier()
    assert reader is not None
    return unseen(reader)


def machines() -> Iterator[Specimen]:
    """Labelled replies of machines that are held out."""
    return (one for one in of_replies(FOLDER) if one.kind == MACHINE)


def test_every_machine_among_the_replies_is_held_out() -> None:
    """A reply that the shipped encoder learnt with the others would not count."""
    found = list(machines())

    assert len(found) > 10
    assert all(one.is_held_out for one in found)


def test_a_machine_held_out_is_asked_of_the_twins(apart: Unseen) -> None:
    """Nobody is asked who has learnt it: the twins know each of these replies."""
    for specimen in islice(machines(), 8):
        read(specimen, apart)

    assert set() == apart.strange


def test_a_machine_that_the_twins_do_not_know_is_told(apart: Unseen) -> None:
    """Without the word of the twins the reply is strange: the encoder does not step in."""
    lonely = replace(apart, said={}, strange=set())

    for specimen in islice(machines(), 8):
        read(specimen, lonely)

    assert lonely.strange
