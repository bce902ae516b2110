"""The results page as readers see it while the engine is there or away."""

from django.test import Client

SIMPLER = "only titles and leads are searched"


def events_page(client: Client, words: str = "water") -> str:
    """The results of the words among events; there is one called a fair, and a post about bread that is none."""
    answer = client.get("/en/search/", {"q": words, "kind": "event"})
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "fair" in html
    assert "bread" not in html, "the filter holds"
    assert "kind=event" in html or 'value="event"' in html
    return html
