"""Ports for parts that start a while after their port was chosen."""

import multiprocessing
from multiprocessing.connection import Connection

from tests.support.cluster import ports
from tests.support.cluster.ports import free_ports

FEW = range(19_000, 19_020)


def _take(count: int, end: Connection) -> None:
    ports.PORTS = FEW
    end.send(free_ports(count))
    end.recv()


def test_free_ports_are_all_different():
    assert len(set(free_ports(20) + free_ports(20))) == 40


def test_two_processes_are_never_given_the_same_and_what_ended_gives_back(monkeypatch):
    monkeypatch.setattr(ports, "PORTS", FEW)
    here, there = multiprocessing.Pipe()
    other = multiprocessing.get_context("spawn").Process(target=_take, args=(10, there))
    other.start()
    theirs = here.recv()
    ours = free_ports(20)
    here.send("enough")
    other.join()
    assert len(theirs) == 10
    assert not set(theirs) & set(ours)
    later = free_ports(20)
    assert set(later) <= set(theirs)
    assert later
