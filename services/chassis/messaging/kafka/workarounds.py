"""What kafka-python 3.0.12 does wrong for us, and what is done about it, each in one place.

There is no public way to any of this. Each has a test that fails without it; when the library is
renewed, the tests say what may go.
"""

from functools import cache
from typing import Any

from kafka.net.inet import KafkaNetSocket
from kafka.record.default_records import DefaultRecordBatch


class _Spelling(bytes):
    """Bytes whose slices decode whatever they hold."""

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return _Spelling(found) if isinstance(index, slice) else found

    def decode(self, encoding: str = "utf-8", errors: str = "backslashreplace") -> str:
        return super().decode(encoding, errors)


@cache
def read_any_header_name() -> None:
    """Header names that are not UTF-8 are read all the same; called once per process.

    Names are decoded while a batch is unpacked. One that is not UTF-8 makes ``poll`` raise, and the
    ``poll`` after that never returns; the record cannot be stepped over either, because a batch is
    always unpacked from its beginning. One such message, from any producer of the topic, would stop
    its partition for good. Read with its bad bytes spelled out (``\\xff``) it is a message like
    any other, and parked when it is not one of ours.
    """
    read = DefaultRecordBatch._read_msg  # noqa: SLF001 - see the head of this file

    def read_leniently(batch: Any) -> Any:
        start = batch._pos  # noqa: SLF001
        try:
            return read(batch)
        except UnicodeDecodeError:
            strict = batch._buffer  # noqa: SLF001
            batch._pos, batch._buffer = start, _Spelling(strict)  # noqa: SLF001
            try:
                return read(batch)
            finally:
                batch._buffer = strict  # noqa: SLF001

    DefaultRecordBatch._read_msg = read_leniently  # noqa: SLF001


@cache
def close_what_did_not_connect() -> None:
    """A connection that fails gives its socket back at once; called once per process.

    kafka-python leaves the socket to the garbage collector. With a broker that is down it opens
    several a second, and a process may not open files without end.
    """
    connect = KafkaNetSocket.sock_connect

    async def connect_or_close(self: Any, net: Any, sock: Any, *where: Any, **until: Any) -> Any:
        try:
            return await connect(self, net, sock, *where, **until)
        except BaseException:
            sock.close()
            raise

    KafkaNetSocket.sock_connect = connect_or_close


def free_what_is_stuck(consumer: Any) -> None:
    """Called before every ``poll``: after each of these, partitions would wait for good.

    What was fetched of a partition before it was paused is parked, and given back only when the
    place in front is empty; a batch that is used up still fills it.

    A rejoin for changed metadata whose time runs out just before its end is taken for finished
    without the partitions being released.
    """
    fetcher, coordinator = consumer._fetcher, consumer._coordinator  # noqa: SLF001
    if not fetcher._next_partition_records:  # noqa: SLF001
        fetcher._next_partition_records = None  # noqa: SLF001
    if coordinator.rejoining and not coordinator.need_rejoin():
        coordinator.request_rejoin()
