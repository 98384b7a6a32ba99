"""Every line on stderr is one JSON object with its time, whoever wrote it."""

import json
import subprocess
import sys

PROGRAM = """
import logging, warnings
import structlog
from services.chassis.ops import logs
from services.chassis.ops.loops import Loop
from services.chassis.ops.metrics import Metrics
from services.chassis.ops.settings import Settings

class Judging(Loop):
    def poll(self, timeout=0.0):
        structlog.get_logger().info("from a loop")
        return False

logs.configure(Settings(), "scoring")
logging.getLogger("uvicorn.error").warning("from a library: %s", 7)
try:
    raise OSError("gone")
except OSError:
    logging.getLogger("sqlalchemy.pool").exception("with a trace")
warnings.warn("from Python")
Judging("notify-console", Metrics()).run_once(0)
logs.announce("answers", address="http://here")
"""


def test_every_line_is_json_with_time_level_service_version_and_replica():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    said = [line["event"] for line in lines]
    assert said[:2] == ["from a library: 7", "with a trace"]
    assert "from Python" in said[2]
    assert said[3:] == ["from a loop", "answers"]
    for line in lines:
        assert {"timestamp", "level", "service", "version", "replica"} <= line.keys()
    assert [line["service"] for line in lines] == ["scoring"] * 3 + ["notify", "scoring"]
    assert "OSError: gone" in lines[1]["exception"]
    assert lines[0]["logger"] == "uvicorn.error"
    assert lines[-1]["address"] == "http://here"
