"""The same keyed draws as the agents make."""

import numpy as np

from ..draws import Purpose, fill_uniform, key_of, uniform_of

AWARENESS = int(Purpose.AWARENESS)
MARGIN = int(Purpose.MARGIN)
CLOSURE = int(Purpose.CLOSURE)
PRICE_INDEX = int(Purpose.PRICE_INDEX)
STUMBLE = int(Purpose.STUMBLE)
FIND_PARTNER = int(Purpose.FIND_PARTNER)
ACCEPT_SCREENING = int(Purpose.ACCEPT_SCREENING)
SCREENING_REVEALS = int(Purpose.SCREENING_REVEALS)
WALK_IN = int(Purpose.WALK_IN)
TAKER_STARTS = int(Purpose.TAKER_STARTS)
TAKER_ASKS = int(Purpose.TAKER_ASKS)
NO_TIME = int(Purpose.NO_TIME)
VIABLE = int(Purpose.VIABLE)
PERMIT = int(Purpose.PERMIT)
RETRY = int(Purpose.RETRY)
FAILURE = int(Purpose.FAILURE)
FIRST_AWARE = int(Purpose.FIRST_AWARE)
PROGRAMME_REVEALS = int(Purpose.PROGRAMME_REVEALS)
PLATFORM_JOIN = int(Purpose.PLATFORM_JOIN)
SOCIAL_EVENT = int(Purpose.SOCIAL_EVENT)
LEARNING = int(Purpose.LEARNING)


def key(now, purpose, time):
    """Return the two key words of all draws for a purpose at a time."""
    return key_of(purpose, time, now.root0, now.root1)


def one(now, purpose, time, first, second):
    """Return one uniform number in (0, 1)."""
    k0, k1 = key_of(purpose, time, now.root0, now.root1)
    return uniform_of(np.uint64(first), np.uint64(second), k0, k1)


def of_acting(w, purpose):
    """Draw this month's uniform number of all that act, into `w.luck`, in their order."""
    now = w.now[0]
    k0, k1 = key_of(purpose, now.month, now.root0, now.root1)
    fill_uniform(w.acting_identities[: now.acting], np.uint64(0), k0, k1, w.luck)
