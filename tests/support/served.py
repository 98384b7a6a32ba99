"""What intake serves, taken apart."""

_MENTION = b',"mention":'


def as_issued(served: bytes) -> bytes:
    """The verdict as scoring issued it, without the mention that intake adds as its last field."""
    issued, mention, _ = served.rpartition(_MENTION)
    assert mention, "a verdict without the mention the law asks for"
    return issued + b"}"
