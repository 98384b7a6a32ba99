"""Events remembered in one process: bounded, and only under their own id and type."""

import threading

from services.chassis.messaging import event_cache as memory_module
from services.chassis.messaging.event_cache import EventCache
from tests.support.chassis import published, withdrawn

WITHDRAWN = withdrawn(1).EVENT_TYPE


def test_an_event_is_recalled_by_its_id_and_type():
    memory = EventCache({WITHDRAWN: 2})
    memory.remember("1", withdrawn(7))
    assert memory.recall("1", WITHDRAWN) == withdrawn(7)
    assert memory.recall("1", published("a").EVENT_TYPE) is None
    assert memory.recall("2", WITHDRAWN) is None


def test_an_event_is_forgotten_when_all_its_readers_have_recalled_it():
    memory = EventCache({WITHDRAWN: 2})
    memory.remember("1", withdrawn(7))
    assert [memory.recall("1", WITHDRAWN) for _ in range(3)] == [withdrawn(7), withdrawn(7), None]
    assert not memory._events
    assert not memory._left


def test_what_nobody_reads_is_not_remembered():
    memory = EventCache({})
    memory.remember("1", withdrawn(7))
    assert memory.recall("1", WITHDRAWN) is None


def test_the_oldest_are_forgotten_first(monkeypatch):
    monkeypatch.setattr(memory_module, "MOST", 3)
    memory = EventCache({WITHDRAWN: 1})
    for number in range(5):
        memory.remember(str(number), withdrawn(number))
    assert len(memory._left) == 3
    kept = [n for n in range(5) if memory.recall(str(n), WITHDRAWN)]
    assert kept == [2, 3, 4]


def test_services_on_several_threads_may_share_it(monkeypatch):
    monkeypatch.setattr(memory_module, "MOST", 5)
    memory, errors, event = EventCache({WITHDRAWN: 2}), [], withdrawn(1)

    def talk(name: int) -> None:
        try:
            for number in range(3_000):
                memory.remember(f"{name}-{number}", event)
                memory.recall(f"{name}-{number}", WITHDRAWN)
        except Exception as error:  # noqa: BLE001 - whatever it was, the test must see it
            errors.append(error)

    threads = [threading.Thread(target=talk, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(memory._events) == 5
