"""The house behind one address, or behind two where strangers reach the first."""

from pathlib import Path

import httpx2
import pytest

from services.app.serving import Serving
from services.chassis.ops.settings import Settings
from tests.support.command import free_port

READY = {"status": "ready"}


@pytest.mark.parametrize(
    "apart",
    [{}, {"operations_port": "free"}, {"host": "0.0.0.0", "operations_port": "free"}],  # noqa: S104 - what is asked
)
def test_reasons_and_metrics_are_at_the_one_address_only_where_nobody_else_reaches_it(
    tmp_path: Path, apart: dict[str, object]
):
    port, other = free_port(), free_port()
    more = {name: other if value == "free" else value for name, value in apart.items()}
    with Serving(Settings(data_dir=tmp_path, port=port, **more)) as serving:

        def get(path: str, at: int = port) -> httpx2.Response:
            with httpx2.Client(trust_env=False) as http:
                return http.get(f"http://127.0.0.1:{at}{path}")

        inside = other if apart else port
        assert get("/readyz", inside).json() == {**READY, "not_ready": {}}
        assert "not_ready" in get("/services/scoring/readyz", inside).json()
        assert "bus_outbox" in get("/services/scoring/metrics", inside).text
        assert get("/services/scoring/healthz").is_success
        if apart:
            assert get("/readyz").json() == READY
            assert get("/services/scoring/readyz").json() == READY
            assert get("/services/scoring/metrics").status_code == 404
            assert get("/v1/proposals", inside).status_code == 404, "nothing else is there"
        assert serving.house.not_ready() == {}
