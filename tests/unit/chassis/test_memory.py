"""Events remembered in one process: bounded, and only under their own id and type."""

import threading

from services.chassis import memory as memory_module
from services.chassis.memory import Memory
from tests.support.chassis import published, withdrawn


def test_an_event_is_recalled_by_its_id_and_type():
    memory = Memory()
    memory.remember("1", withdrawn(7))
    assert memory.recall("1", withdrawn(7).EVENT_TYPE) == withdrawn(7)
    assert memory.recall("1", published("a").EVENT_TYPE) is None
    assert memory.recall("2", withdrawn(7).EVENT_TYPE) is None


def test_the_oldest_are_forgotten_first(monkeypatch):
    monkeypatch.setattr(memory_module, "MOST", 3)
    memory = Memory()
    for number in range(5):
        memory.remember(str(number), withdrawn(number))
    kept = [n for n in range(5) if memory.recall(str(n), withdrawn(n).EVENT_TYPE)]
    assert kept == [2, 3, 4]


def test_services_on_several_threads_may_share_it(monkeypatch):
    monkeypatch.setattr(memory_module, "MOST", 5)
    memory, errors, event = Memory(), [], withdrawn(1)

    def talk(name: int) -> None:
        try:
            for number in range(3_000):
                memory.remember(f"{name}-{number}", event)
        except Exception as error:  # noqa: BLE001 - whatever it was, the test must see it
            errors.append(error)

    threads = [threading.Thread(target=talk, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(memory._events) == 5
