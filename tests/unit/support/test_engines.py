"""Looking for a Docker engine where there is none leaves nothing behind."""

import gc

from tests.support import brokers


def test_where_no_engine_listens_there_is_no_image_and_nothing_is_left_open(monkeypatch, tmp_path):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    brokers.image_is_here.cache_clear()
    try:
        assert brokers.image_is_here("apache/kafka:latest") is False
        gc.collect()  # a socket left open would be a warning here, and warnings are errors
    finally:
        brokers.image_is_here.cache_clear()
