"""The page while it is developed: plain modules, and an edit shows on reload."""

from pathlib import Path

from playground import Opener
from serving import Server


def test_the_page_opens_from_plain_modules_and_shows_an_edit(
    new_page: Opener, developed: tuple[Server, Path]
) -> None:
    server, folder = developed
    playground = new_page(server.url)
    asked: list[str] = []
    playground.page.on("request", lambda request: asked.append(request.url))
    playground.open()
    assert any(url.endswith("/js/display/format.js") for url in asked)
    assert any(url.endswith("/css/theme.css") for url in asked)
    main = folder / "static" / "js" / "main.js"
    main.write_text(main.read_text() + "\ndocument.title = 'edited'\n")
    playground.page.reload()
    playground.wait("document.title === 'edited'")
