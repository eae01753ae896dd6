"""Networks that fall silent, reset, cut and hold back; nginx; servers that are replaced."""

import signal

import nginx
from playground import Opener, Playground
from playwright.sync_api import expect
from proxy import proxying
from serving import Server, serving
from test_interruptions import went_on


def playing(playground: Playground) -> Playground:
    """Open it and let it train."""
    playground.forgiven = ["Failed to load resource", "ERR_"]
    playground.open()
    playground.play()
    playground.wait("tap.checkpoint?.step > 0")
    playground.get("tap.heard = []; tap.hear('#status .status-text', tap.heard)")
    return playground


def trains_on(playground: Playground) -> None:
    """It trains again by itself, and ends with the bytes of an undisturbed run."""
    playground.training()
    playground.until_step(playground.counter("step") + 50)
    went_on(playground)


def test_a_network_that_falls_silent_is_noticed_and_waited_for(new_page: Opener, server: Server) -> None:
    with proxying(server.port) as network:
        playground = playing(new_page(url=network.url))
        network.fall_silent()
        playground.says("The connection to the server was lost. Trying again; nothing is lost.")
        expect(playground.page.locator("#status")).to_have_attribute("data-state", "waiting")
        network.heal()
        trains_on(playground)
        assert playground.page.locator(".notice").count() == 0


def test_a_network_that_resets_everything_is_waited_for(new_page: Opener, server: Server) -> None:
    with proxying(server.port) as network:
        playground = playing(new_page(url=network.url))
        network.cut()
        playground.says("The server does not answer. Trying again")
        playground.says("nothing is lost")
        network.heal()
        trains_on(playground)


def test_a_proxy_that_cuts_every_stream_after_a_while_is_lived_with(new_page: Opener, server: Server) -> None:
    """Two seconds stand for the usual thirty."""
    with proxying(server.port) as network:
        network.lifetime = 2
        playground = playing(new_page(url=network.url))
        asked = playground.asked()
        playground.wait("tap.asked.length >= argument", asked + 3)
        playground.training()
        network.lifetime = None
        trains_on(playground)


def test_behind_a_proxy_that_holds_answers_back_the_network_trains_in_pieces_and_the_page_says_why(
    new_page: Opener, server: Server
) -> None:
    """It takes two silences of five seconds until the page believes it."""
    with proxying(server.port) as network:
        network.hoards = True
        playground = new_page(url=network.url)
        playground.forgiven = ["Failed to load resource", "ERR_"]
        playground.open()
        playground.steps(1)
        playground.action("toggle").click()
        notice = playground.page.locator(".notice")
        expect(notice).to_contain_text("a proxy or a virus scanner, holds answers back", timeout=20_000)
        playground.training()
        playground.wait("tap.ends.filter(({ reason }) => reason === 'lease').length >= 3")
        assert playground.request()["lease_seconds"] == 1
        assert notice.count() == 1
        went_on(playground)


def test_a_server_that_is_replaced_is_not_even_noticed(new_page: Opener, server: Server) -> None:
    """The new one is there, the address leads to it, the old one is told to stop."""
    with serving() as old, proxying(old.port) as network:
        playground = playing(new_page(url=network.url))
        network.ports = [server.port]
        old.process.terminate()
        playground.wait("tap.ends.some(({ reason }) => reason === 'server_stopping')")
        playground.until_step(playground.checkpoint()["step"] + 300)
        assert old.process.wait(20) == 0
        assert not [text for text in playground.get("tap.heard") if "Trying again" in text]
        went_on(playground)


def test_workers_that_are_replaced_are_not_even_noticed(new_page: Opener) -> None:
    with serving() as server:
        playground = playing(new_page(url=server.url))
        server.process.send_signal(signal.SIGHUP)
        playground.wait("tap.ends.some(({ reason }) => reason === 'server_stopping')")
        playground.until_step(playground.checkpoint()["step"] + 300)
        assert not [text for text in playground.get("tap.heard") if "Trying again" in text]
        went_on(playground)


def test_two_servers_at_random_are_as_good_as_one(new_page: Opener, server: Server) -> None:
    with (
        serving(settings={"DESCENT_LEASE_SECONDS": "1"}) as other,
        proxying(other.port, server.port) as network,
    ):
        playground = playing(new_page(url=network.url))
        for speed in ("200", "10", "50", "200", "10", "50"):
            step = playground.counter("step")
            playground.speed(speed)
            playground.until_step(step + 25)
        went_on(playground)
        playground.control("data.name").locator('input[value="spiral"]').check(force=True)
        playground.sent("data.name", "spiral")
        playground.steps(2)
        assert len(set(network.chosen)) == 2


@nginx.needed
def test_the_page_works_below_a_path_of_nginx(new_page: Opener, server: Server) -> None:
    below = {"location / {": "location /descent/ {", "http://descent;": "http://descent/;"}
    with nginx.nginx(server.port, changes=below, healthy="/descent/healthz") as front:
        playground = new_page(url=f"{front.url}/descent")
        playground.open(plotted=True)
        playground.play()
        playground.until_step(50)
        went_on(playground)
