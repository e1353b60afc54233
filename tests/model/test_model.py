"""The lane's protocol, searched in every order of its steps; and variants of it, each broken in one place, which the
search must reject: a checker that accepts them would prove nothing about the rest.

What a scenario's macros mean is at the top of lane.pml. Two threads, one or two commands each, are what the known errors of
such protocols need; every scenario is searched completely.
"""

import pytest

from spin import verify

# Commands that nobody waits for: the consumer is asleep at any moment of a push. Then such that are waited for.
WAKE = "EACH=2 PATIENT=0"
CALLS = "EACH=2 POSTED=0"
# Three who want to end one command: its caller, somebody who cancels, and the consumer.
EXPIRY = "PRODUCERS=1 EACH=2 IMPATIENT=1 CANCELLERS=1 THEN=1 PATIENT=0"
# Threads that wait for room, by either bound; with commands of two sizes; with a queue that finds no memory.
ROOM = "EACH=2 PATIENT=0 BUDGETS=0 MAX_BYTES=1 MAX_PER_PRODUCER=1"
SIZES = "EACH=2 PATIENT=0 BUDGETS=0 MAX_BYTES=2 FIRST_COSTS=2"
MEMORY = "EACH=2 PATIENT=0 BUDGETS=0 MAX_BYTES=1 NO_MEMORY=1"
# Room is told once for several commands.
UNTOLD = "EACH=2 PATIENT=0 BUDGETS=0 MAX_BYTES=3 MAX_UNTOLD=1"
# One thread pushes what goes before the other's.
CONTROL = "EACH=2 CONTROL=1 POSTED=1 PATIENT=1"
# The lane drains, aborts (also inside a command) and closes, with a thread in every place of push() and wait().
CLOSE = "CLOSES=1 PATIENT=0 THEN=1 MAX_BYTES=1 BUDGETS=0"

SOUND = {"wake": WAKE, "calls": CALLS, "expiry": EXPIRY, "room": ROOM, "sizes": SIZES, "memory": MEMORY,
         "untold": UNTOLD, "control": CONTROL, "close": CLOSE}
# Smaller ones, of which no run may go on for ever.
ENDING = {"room": "PATIENT=0 MAX_BYTES=1", "close": "CLOSES=1 PATIENT=0 MAX_BYTES=1 BUDGETS=0"}
BROKEN = {
    "DISARM_AFTER_DRAIN": WAKE,
    "READ_AFTER_EXCHANGE": WAKE,
    "LEFTOVERS_FORGOTTEN": WAKE,
    "ANNOUNCED_LATE": WAKE,
    "CONTROL_ONLY_BETWEEN": CONTROL,
    "NO_COMPARE_EXCHANGE": EXPIRY,
    "LOSER_DOES_NOT_WAIT": EXPIRY,
    "UNSEEN_THOUGH_KNOWN": EXPIRY,
    "THEN_WITHOUT_COMPARE_EXCHANGE": EXPIRY,
    "PAYLOAD_AFTER_STATE": CALLS,
    "WAITERS_LATE": ROOM,
    "TICKET_LATE": ROOM,
    "NO_RECHECK": CLOSE,
}


@pytest.mark.parametrize("macros", SOUND.values(), ids=SOUND)
def test_no_order_of_steps_breaks_it(tmp_path, macros):
    verdict = verify(tmp_path, macros)
    assert verdict.errors == 0, verdict.trail
    assert verdict.complete, verdict.output
    assert verdict.states > 10_000, "the scenario does next to nothing"


@pytest.mark.parametrize("macros", ENDING.values(), ids=ENDING)
def test_every_run_ends(tmp_path, macros):
    verdict = verify(tmp_path, macros, endless=True)
    assert verdict.errors == 0, verdict.trail
    assert verdict.complete, verdict.output


@pytest.mark.parametrize("variant", BROKEN)
def test_a_broken_variant_is_rejected(tmp_path, variant):
    verdict = verify(tmp_path, f"{BROKEN[variant]} BROKEN_{variant}")
    assert verdict.errors == 1 and "assertion violated" in verdict.output


def test_a_variant_that_goes_round_for_ever_is_rejected(tmp_path):
    """A budget that may be spent before the first command: the lane wakes itself up again and again."""
    verdict = verify(tmp_path, "PATIENT=0 BROKEN_BUDGET_BEFORE_FIRST", endless=True)
    assert verdict.errors == 1 and "non-progress cycle" in verdict.output
