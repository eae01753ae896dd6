"""A first visit: few requests, so that a slow line or a whole class at once is no trouble."""

import pytest
from playground import PLOTTED, Playground
from serving import ROOT


def test_a_first_visit_is_a_dozen_requests_and_the_load_tests_make_the_same(
    playground: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    from client import page_files

    page = playground.page
    asked: list[str] = []
    page.context.on("request", lambda r: asked.append(r.url.removeprefix(playground.url)))
    answer = page.goto(playground.url)
    page.wait_for_selector(PLOTTED, state="attached")
    playground.wait("performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/api/data'))")
    assert answer is not None
    others = ["/", "/api/openapi.json", "/api/datasets", "/api/data", "/api/train"]
    wanted = {*others, *page_files(answer.body())}
    assert set(asked) - wanted == set()
    assert wanted - set(asked) <= {
        path for path in wanted if path.endswith("/favicon.svg")
    }  # never waited for
    assert len(asked) <= 12


def test_the_worker_comes_with_what_it_imports(playground: Playground) -> None:
    """From its own address, which a bundled module still knows."""
    with playground.page.expect_worker() as worker:
        playground.open()
    assert worker.value.url.endswith("/js/views/network/links-worker.js")
    assert worker.value.evaluate("typeof onmessage") == "function"
