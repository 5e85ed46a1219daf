"""Keyed draws: the published generator, the right distributions, and no dependence on company."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.draws import (
    Draws,
    Purpose,
    count_below,
    fill_normal,
    fill_uniform,
    key_of,
    mixed_identities,
    mixed_identity,
    normal_of,
    philox4x32,
    uniform_of,
)
from model.identity import identity, require_distinct
from tests.worlds import run, short_with_centre

# Random123's known-answer tests (kat_vectors, philox4x32-10): counter, key, result.
ONES = 0xFFFFFFFF
VECTORS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES, ONES, ONES, ONES), (ONES, ONES), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "expected"), VECTORS)
def test_philox_gives_the_published_vectors(counter, key, expected):
    words = philox4x32(*(np.uint64(word) for word in (*counter, *key)))
    assert tuple(int(word) for word in words) == expected


@pytest.mark.parametrize(("counter", "key", "expected"), VECTORS)
def test_the_uncompiled_source_gives_the_same_words(counter, key, expected):
    words = philox4x32.py_func(*(np.uint64(word) for word in (*counter, *key)))
    assert tuple(int(word) for word in words) == expected


def test_uniform_numbers_fill_the_unit_interval_evenly():
    u = Draws(1, 2).uniform(Purpose.CLOSURE, 3, np.arange(200_000, dtype=np.uint64))
    assert u.min() > 0.0 and u.max() < 1.0
    counts, _ = np.histogram(u, bins=100, range=(0, 1))
    chi_square = float(((counts - 2000) ** 2 / 2000).sum())
    assert 50 < chi_square < 160  # 99 degrees of freedom: outside with a chance below one in ten thousand


def test_normal_numbers_have_mean_zero_and_variance_one():
    z = Draws(1, 2).normal(Purpose.MARGIN, 3, np.arange(200_000, dtype=np.uint64))
    assert abs(z.mean()) < 0.01
    assert abs(z.var() - 1.0) < 0.015
    assert abs((z**3).mean()) < 0.03


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=20, unique=True), st.integers(0, 10**5))
def test_a_draw_does_not_depend_on_its_company(ids, time):
    draws = Draws(5, 6)
    together = draws.uniform(Purpose.AWARENESS, time, np.array(ids, np.uint64))
    alone = [draws.one(Purpose.AWARENESS, time, one) for one in ids]
    backwards = draws.uniform(Purpose.AWARENESS, time, np.array(ids[::-1], np.uint64))
    assert together.tolist() == alone == backwards.tolist()[::-1]


@pytest.mark.parametrize(
    ("other", "purpose", "time", "first", "second"),
    [
        ((2, 1), Purpose.MARGIN, 3, 4, 5),
        ((1, 2), Purpose.MARGIN, 3, 4, 5),
        ((1, 1), Purpose.CLOSURE, 3, 4, 5),
        ((1, 1), Purpose.MARGIN, 4, 4, 5),
        ((1, 1), Purpose.MARGIN, 3, 5, 5),
        ((1, 1), Purpose.MARGIN, 3, 4, 6),
        ((1, 1), Purpose.MARGIN, 3, 5, 4),
    ],
)
def test_every_part_of_the_key_matters(other, purpose, time, first, second):
    assert Draws(1, 1).one(Purpose.MARGIN, 3, 4, 5) != Draws(*other).one(purpose, time, first, second)


def test_no_draw_key_is_used_twice_in_a_run():
    used, twice = set(), []

    def listen(*key):
        (twice.append(key) if key in used else used.add(key))

    run(short_with_centre(), listener=listen)
    assert len(used) > 50_000
    assert twice == []


def test_identities_depend_on_every_part_and_on_where_it_ends():
    assert len({identity("a", "b"), identity("ab"), identity("a", "b", ""), identity("b", "a")}) == 4


def test_a_collision_of_identities_is_refused():
    require_distinct([1, 2, 3], "firms")
    with pytest.raises(ValueError, match="two firms have the same"):
        require_distinct([3, 1, 3], "firms")


def test_mixed_identities_tell_pairs_and_keys_apart():
    a, b = np.array([1, 2, 1], np.uint64), np.array([2, 1, 2], np.uint64)
    mixed = mixed_identities(a, b, np.uint64(9))
    assert mixed[0] == mixed[2] != mixed[1]
    assert mixed_identities(a, b, np.uint64(8))[0] != mixed[0]


# --- the same numbers one by one and in batches ----------------------------------------------------------------------


IDS = st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=20)
ONE_ID = st.integers(0, 2**64 - 1)
NOBODY = np.uint64(0)


def key(purpose=Purpose.MARGIN, time=3, seed=5, replicate=6):
    """The words of a key as compiled code has them: uint64."""
    return tuple(map(np.uint64, key_of(int(purpose), time, np.uint64(seed), np.uint64(replicate))))


@given(IDS, ONE_ID, ONE_ID)
def test_the_identity_of_one_pair_is_that_of_the_pair_among_others(firsts, second, third):
    columns = np.array(firsts, np.uint64), np.full(len(firsts), second, np.uint64)
    together = mixed_identities(*columns, np.uint64(third)).tolist()
    assert [mixed_identity(first, second, third) for first in firsts] == together


@given(IDS, ONE_ID, st.integers(0, 10**5))
def test_one_number_is_what_it_is_among_others(firsts, second, time):
    k, draws = key(time=time), Draws(5, 6)
    for one_of, many_of in ((uniform_of, draws.uniform), (normal_of, draws.normal)):
        alone = [one_of(np.uint64(first), np.uint64(second), *k) for first in firsts]
        assert alone == many_of(Purpose.MARGIN, time, firsts, second).tolist()


@given(IDS, ONE_ID)
def test_a_batch_is_written_into_the_first_places_and_no_further(firsts, second):
    k, draws, ids = key(), Draws(5, 6), np.array(firsts, np.uint64)
    uniform, normal = np.full(len(firsts) + 3, -9.0), np.full(len(firsts) + 3, -9.0)
    fill_uniform(ids, np.uint64(second), *k, uniform)
    fill_normal(ids, *k, normal)
    assert uniform[:-3].tolist() == draws.uniform(Purpose.MARGIN, 3, ids, second).tolist()
    assert normal[:-3].tolist() == draws.normal(Purpose.MARGIN, 3, ids).tolist()
    assert uniform[-3:].tolist() == normal[-3:].tolist() == [-9.0] * 3


def test_a_batch_of_nobody_writes_nothing():
    none, out = np.empty(0, np.uint64), np.full(2, -9.0)
    fill_uniform(none, NOBODY, *key(), out)
    fill_normal(none, *key(), out)
    assert out.tolist() == [-9.0, -9.0]


CHANCES = st.lists(st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)), max_size=30)


@given(CHANCES, st.floats(0.0, 2.0))
def test_numbers_below_their_chances_are_counted_and_what_lies_beyond_is_not(beside, factor):
    numbers, chances = np.array([n for n, _ in beside] + [0.0] * 5), np.array([c for _, c in beside])
    expected = sum(number < factor * chance for number, chance in beside)
    assert count_below(numbers, chances, factor) == count_below.py_func(numbers, chances, factor) == expected


def test_a_number_equal_to_its_chance_does_not_lie_below_it():
    assert count_below(np.array([0.5, 0.25]), np.array([0.5, 0.5]), 1.0) == 1
    assert count_below(np.array([0.5, 0.25]), np.array([0.5, 0.5]), 0.5) == 0


@pytest.mark.parametrize("other", [{"purpose": Purpose.CLOSURE}, {"time": 4}, {"seed": 6}, {"replicate": 5}])
def test_every_part_makes_another_key(other):
    assert key() == key()
    assert not set(key()) & set(key(**other))


def test_a_key_is_of_two_words_of_32_bits_and_is_what_draws_are_made_with():
    words = [int(word) for word in key()]
    assert max(words) < 2**32
    assert [int(word) for word in Draws(5, 6)._key(Purpose.MARGIN, 3)] == words


@pytest.mark.parametrize("function", [uniform_of, normal_of])
def test_uncompiled_the_numbers_are_the_same(function):
    of = np.uint64(2**63 + 12345), np.uint64(77), *map(np.uint64, key())
    assert function(*of) == pytest.approx(function.py_func(*of), rel=1e-15)
