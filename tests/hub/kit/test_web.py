import httpx


def test_health_is_answered(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


def test_a_live_hub_listens(live_hub):
    assert httpx.get(f"{live_hub.url}/healthz").json() == {"status": "ok"}
