import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import desk

from bsclib.model.graph import Arrow, arrows
from bsclib.model.nouns import Link
from bsclib.plots.map_layout import BOX, edge_points, lay_out


def apart(layout):
    """Boxes lie in their lanes and do not touch."""
    places = np.array(list(layout.boxes.values()))
    gaps = np.abs(places[:, None] - places[None])
    touching = (gaps[..., 0] < BOX[0]) & (gaps[..., 1] < BOX[1]) & ~np.eye(len(places), dtype=bool)
    assert not touching.any()
    assert (places - np.array(BOX) / 2 >= -1e-9).all()
    assert (places + np.array(BOX) / 2 <= [layout.width, layout.height]).all()


def clear(layout):
    """Arrows run over no box, but start and end at the edges of theirs."""
    for arrow, route in layout.routes.items():
        for id, centre in layout.boxes.items():
            inside = (np.abs(edge_points(route, 20) - centre) < np.array(BOX) / 2 - 1e-6).all(axis=1)
            assert not inside.any(), (arrow, id)
        for end, id in ((route[0, 0], arrow.cause), (route[-1, 3], arrow.effect)):
            assert abs(abs(end[1] - layout.boxes[id][1]) - BOX[1] / 2) < 1e-9
            assert abs(end[0] - layout.boxes[id][0]) <= BOX[0] / 2


def lanes_of(count, lanes, seed):
    where = np.random.default_rng(seed).integers(lanes, size=count)
    return {f"lane{lane}": [f"box{at}" for at in range(count) if where[at] == lane] for lane in range(lanes)}


def arrow(cause, effect):
    return Arrow(f"box{cause}", f"box{effect}", "helps", "+", (1,))


@given(st.integers(1, 25), st.integers(1, 5), st.integers(0, 99), st.data())
def test_any_map_is_laid_out(count, lanes, seed, data):
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] != pair[1])
    links = data.draw(st.lists(ends, max_size=20, unique=True)) if count > 1 else []
    given = lanes_of(count, lanes, seed)
    layout = lay_out(given, [arrow(*pair) for pair in links])
    apart(layout)
    clear(layout)
    assert [lane.id for lane in layout.lanes] == list(given)
    tops = [lane.top for lane in layout.lanes]
    assert tops == sorted(tops, reverse=True)
    for lane in layout.lanes:
        for id in given[lane.id]:
            assert lane.bottom <= layout.boxes[id][1] <= lane.top


def test_a_chain_within_one_lane_rises():
    layout = lay_out({"one": ["box0", "box1", "box2"]}, [arrow(0, 1), arrow(1, 2)])
    assert layout.boxes["box0"][1] < layout.boxes["box1"][1] < layout.boxes["box2"][1]


def test_a_circle_is_laid_out():
    layout = lay_out({"one": ["box0", "box1"], "two": ["box2"]}, [arrow(0, 1), arrow(1, 0), arrow(1, 2), arrow(2, 1)])
    clear(layout)
    assert layout.boxes["box0"][1] == layout.boxes["box1"][1]


def test_boxes_without_links_share_their_lane_evenly():
    layout = lay_out({"one": [f"box{at}" for at in range(7)]}, [])
    rows = {}
    for x, y in layout.boxes.values():
        rows.setdefault(y, []).append(x)
    assert sorted(map(len, rows.values())) == [3, 4]


def test_an_arrow_that_passes_a_lane_goes_round_its_boxes():
    layout = lay_out({"top": ["box0"], "middle": ["box1"], "low": ["box2"]}, [arrow(2, 0), arrow(2, 1), arrow(1, 0)])
    clear(layout)
    assert len(layout.routes[arrow(2, 0)]) == 3


def test_layout_is_the_same_every_time():
    links = [Link(cause="mttr", effect="cost", sign="+", lag=2)]
    lanes = {"a": ["cheap", "steady"], "b": ["fast"]}
    one, other = (lay_out(lanes, arrows(desk(links=links))) for _ in range(2))
    assert one.boxes == other.boxes


def test_the_widest_row_sets_the_width():
    crowd = {f"lane{at}": [f"box{at}"] for at in range(3)}
    links = [Arrow("box0", "box2", "helps", "+", (lag,)) for lag in range(60)]
    assert lay_out(crowd, links).width == pytest.approx(max(8.2, BOX[0] * 1 + 60 * 0.13 + 0.12), abs=1)
