"""Slow lines and slow devices: fewer and coarser pictures, told in a sentence, and back when all is well."""

from typing import Any

import pytest
from playground import SECONDS, Opener, Playground, Run
from playwright.sync_api import expect
from throttle import line

PHONE = {"width": 390, "height": 844}
SLOW_LINE = 20_000  # bytes a second
SLOW_PAINTING = """
const now = window.requestAnimationFrame
window.requestAnimationFrame = (draw) => now((time) => setTimeout(() => draw(time), window.slowly ? 300 : 0))
"""


def judge(run: Run, *stretches: tuple[float, float, float]) -> list[Any]:
    """Level, cause and patience after each stretch of pictures a second: arrived, painted, most."""
    return run(
        """
        const { FULL, judged } = await load('server/pace')
        let pace = FULL
        return argument.map(([arrived, painted, most]) => {
          pace = judged(pace, { arrived, painted, most })
          return [pace.level, pace.cause, pace.patience]
        })
        """,
        stretches,
    )


@pytest.mark.parametrize(
    ("arrived", "painted", "most", "level", "cause"),
    [
        (20, 20, 1250, 0, None),
        (9, 9, 1250, 0, None),
        (20, 0, 1250, 0, None),  # hidden
        (1, 1, 1, 0, None),  # slow motion
        (5, 5, 5, 0, None),
        (7, 7, 1250, 1, "line"),
        (3, 3, 1250, 2, "line"),
        (0.5, 0.5, 1250, 3, "line"),
        (0.1, 0.1, 1250, 3, "line"),
        (20, 3, 1250, 2, "device"),
        (2, 0, 1250, 2, "line"),
    ],
)
def test_two_slow_stretches_are_enough_to_find_the_level_that_fits(
    run: Run, arrived: float, painted: float, most: float, level: int, cause: str | None
) -> None:
    first, second = judge(run, *[(arrived, painted, most)] * 2)
    assert first[:2] == [0, None]
    assert second[:2] == [level, cause]


def test_a_hiccup_changes_nothing(run: Run) -> None:
    slow, fast = (1.0, 1.0, 1250.0), (20.0, 20.0, 1250.0)
    assert {level for level, *_ in judge(run, *[slow, fast] * 5)} == {0}


def test_what_goes_well_for_a_while_goes_up_one_level_at_a_time(run: Run) -> None:
    slow, well_at = (1.0, 1.0, 1250.0), {2: (4.0, 4.0, 1250.0), 1: (10.0, 10.0, 1250.0)}
    found = judge(run, slow, slow, *[well_at[2]] * 3, *[well_at[1]] * 3)
    assert [level for level, *_ in found] == [0, 2, 2, 2, 1, 1, 1, 0]
    assert found[-2][1] == "line"
    assert found[-1][1] is None


def test_each_time_that_more_was_too_much_it_waits_twice_as_long(run: Run) -> None:
    slow, well = (2.5, 2.5, 1250.0), (4.0, 4.0, 1250.0)
    found = judge(run, slow, slow, *[well] * 3, slow, slow, *[well] * 6, slow, slow, *[well] * 12)
    assert [level for level, *_ in found] == [0, *[2] * 3, 1, 1, *[2] * 6, 1, 1, *[2] * 12, 1]
    assert sorted({patience for *_, patience in found}) == [3, 6, 12]


def test_patience_has_an_end_and_comes_back_when_the_finest_level_has_held(run: Run) -> None:
    slow, fast = (1.0, 1.0, 1250.0), (20.0, 20.0, 1250.0)
    found = judge(run, *([slow] * 2 + [fast] * 60) * 3)
    assert max(patience for *_, patience in found) <= 48
    assert found[-1] == [0, None, 3]


def test_between_slow_and_well_it_stays_as_it_is(run: Run) -> None:
    slow, middling = (1.0, 1.0, 1250.0), (2.4, 2.4, 1250.0)
    assert [level for level, *_ in judge(run, slow, slow, *[middling] * 20)] == [0, *[2] * 21]


def test_the_student_is_told_why_and_how_many(run: Run) -> None:
    script = """
    const { FULL, judged, told } = await load('server/pace')
    const seen = [{ arrived: 3, painted: 3, most: 99 }, { arrived: 20, painted: 3, most: 99 }, { arrived: 20, painted: 20, most: 99 }]
    return seen.map((stretch) => told(judged(judged(FULL, stretch), stretch)))
    """
    assert run(script) == [
        "Pictures come slowly: showing 4 a second.",
        "This device is busy: showing 4 pictures a second.",
        "",
    ]


def hasty(playground: Playground) -> None:
    """Judge each second."""
    own = playground.page.request

    def shorter(route: Any) -> None:
        text = own.get(route.request.url).text()
        assert "STRETCH_MS = 2000" in text
        route.fulfill(
            body=text.replace("STRETCH_MS = 2000", "STRETCH_MS = 1000"), content_type="text/javascript"
        )

    playground.page.route("**/js/main.js", shorter)


def asked_for(playground: Playground) -> tuple[int, int]:
    """Pictures a second and resolution of the newest request to play."""
    request = playground.get("tap.asked.findLast(({ epochs_per_second }) => epochs_per_second !== null)")
    return request["frames_per_second"], request["resolution"]


def test_a_slow_line_gets_fewer_and_coarser_pictures_until_it_is_fast_again(
    new_page: Opener, server: Any
) -> None:
    with line(server.port) as slow:
        playground = new_page(url=slow.url)
        hasty(playground)
        playground.open("model.layers=dense:units=8,dense:units=8")
        playground.play()
        playground.until_step(100)
        playground.get("tap.watchShifts()")
        assert asked_for(playground) == (20, 80)
        slow.rate = SLOW_LINE
        playground.says("Pictures come slowly: showing")
        playground.wait("tap.asked.at(-1).frames_per_second < 20 && tap.asked.at(-1).resolution < 80")
        step = playground.counter("step")
        playground.until_step(step + 100)
        slow.rate = None
        expect(playground.page.locator("#status .status-text")).to_have_text(
            "Training.", timeout=40 * SECONDS
        )
        playground.wait("tap.asked.at(-1).frames_per_second === 20 && tap.asked.at(-1).resolution === 80")
        assert playground.get("tap.shifts") == []
        playground.pause()


def test_a_slow_device_is_asked_to_paint_less_and_stands_still_on_a_fine_picture(new_page: Opener) -> None:
    playground = new_page(viewport=PHONE)
    playground.page.add_init_script(SLOW_PAINTING)
    hasty(playground)
    playground.open()
    playground.play()
    playground.until_step(100)
    playground.get("tap.watchShifts()")
    playground.get("window.slowly = true")
    playground.says("This device is busy: showing 4 pictures a second.")
    playground.wait("tap.frame.boundary?.values.shape[0] === 40")
    assert asked_for(playground) == (4, 40)
    playground.pause()
    playground.wait("tap.frame.boundary?.values.shape[0] === 80")
    playground.says("Paused")
    assert playground.get("tap.shifts") == []
