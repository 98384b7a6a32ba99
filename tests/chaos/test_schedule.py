"""A schedule is its seed; every kind of fault has its turn."""

from collections import defaultdict

from tests.chaos.schedule import BROKERS, LANES, draw

SHORT = 150.0


def test_the_same_seed_breaks_the_same_things_at_the_same_times():
    assert draw(7, SHORT) == draw(7, SHORT) != draw(8, SHORT)


def test_everything_is_broken_in_the_short_form_already():
    kinds = {(card.kind, card.hits) for cards in LANES.values() for card in cards}
    for seed in range(20):
        assert {(fault.kind, len(fault.targets)) for fault in draw(seed, SHORT)} == kinds


def test_every_fault_ends_before_the_run_and_before_the_next_of_its_target():
    for seed in range(20):
        busy: dict[tuple[str, ...], float] = defaultdict(float)
        for fault in draw(seed, SHORT):
            assert fault.at + fault.lasting <= SHORT
            if fault.kind in {"kill", "pause"}:
                lane = BROKERS if fault.targets[0] in BROKERS else fault.targets[:1]
                assert fault.at >= busy[tuple(lane)]
                busy[tuple(lane)] = fault.at + fault.lasting
