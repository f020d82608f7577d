"""A prepared network gives the plain answers."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from access_reference import ANY_METRES, PATIENT, QUARTER_METRES, amsterdam, categories, graph_of, networks, wuhan
from hypothesis import given
from hypothesis import strategies as st

from linli.engines.access import GraphError, WalkGraph, nearest_m, prepare


@PATIENT
@given(networks(), st.data())
def test_lengths_that_sum_exactly_give_the_plain_answer_to_the_last_bit(network, data):
    graph = graph_of(network)
    facilities, offset_m = data.draw(categories(graph.n_nodes))
    limit_m = data.draw(st.one_of(st.none(), QUARTER_METRES))
    options = {"offset_m": offset_m, "limit_m": limit_m}
    np.testing.assert_array_equal(
        prepare(graph).nearest_m(facilities, **options), nearest_m(graph, facilities, **options)
    )


@PATIENT
@given(networks(lengths=ANY_METRES), st.data())
def test_any_lengths_give_the_plain_answer_to_one_part_in_a_hundred_thousand_million(network, data):
    graph = graph_of(network)
    facilities, offset_m = data.draw(categories(graph.n_nodes, offsets=ANY_METRES))
    found = prepare(graph).nearest_m(facilities, offset_m=offset_m)
    np.testing.assert_allclose(found, nearest_m(graph, facilities, offset_m=offset_m), rtol=1e-11, atol=0)


@PATIENT
@given(networks(lengths=ANY_METRES), st.data())
def test_who_is_within_a_limit_met_exactly_never_differs(network, data):
    graph = graph_of(network)
    facilities, _ = data.draw(categories(graph.n_nodes))
    plain = nearest_m(graph, facilities)
    met = np.unique(plain[np.isfinite(plain)])
    if not len(met):
        return
    limit_m = data.draw(st.sampled_from(met.tolist()))
    within = prepare(graph).nearest_m(facilities, limit_m=limit_m)
    np.testing.assert_array_equal(np.isfinite(within), plain <= limit_m)


@pytest.mark.parametrize("n_categories", [0, 1, 7, 8, 9, 16, 17])
def test_any_number_of_categories_is_swept(n_categories):
    rng = np.random.default_rng(n_categories)
    tail, head = rng.integers(0, 200, (2, 320))
    graph = WalkGraph(200, tail, head, rng.integers(0, 90, 320) / 4, directed=True)
    facilities = [rng.integers(0, 200, size) for size in rng.integers(0, 5, n_categories)]
    found = prepare(graph).nearest_m(facilities)
    assert found.shape == (200, n_categories)
    np.testing.assert_array_equal(found, nearest_m(graph, facilities))


@pytest.mark.parametrize("city", [wuhan, amsterdam])
def test_real_streets_give_the_plain_answer(city):
    n_nodes, tail, head, length_m = city()
    graph = WalkGraph(n_nodes, tail, head, length_m)
    prepared = prepare(graph)
    assert prepared.n_arcs < 3 * n_nodes
    rng = np.random.default_rng(9)
    facilities = [rng.choice(n_nodes, n, replace=False) for n in (1, 3, 9, 27, 81, 243, 700, 5, 50)]
    offset_m = [rng.random(len(nodes)) * 90 for nodes in facilities]
    for limit_m in (None, 1200.0):
        plain = nearest_m(graph, facilities, offset_m=offset_m, limit_m=limit_m)
        swept = prepared.nearest_m(facilities, offset_m=offset_m, limit_m=limit_m)
        np.testing.assert_allclose(swept, plain, rtol=0, atol=1e-8)


@pytest.mark.parametrize("city", [wuhan, amsterdam])
def test_one_way_streets_give_the_plain_answer(city):
    n_nodes, tail, head, length_m = city()
    back = np.random.default_rng(4).random(len(tail)) < 0.7
    tails, heads = np.concatenate((tail, head[back])), np.concatenate((head, tail[back]))
    lengths = np.round(np.concatenate((length_m, length_m[back] * 1.5)))
    graph = WalkGraph(n_nodes, tails, heads, lengths, directed=True)
    facilities = [[5, 7000], [12000]]
    np.testing.assert_array_equal(prepare(graph).nearest_m(facilities), nearest_m(graph, facilities))


def test_a_network_unlike_streets_is_searched_plainly():
    rng = np.random.default_rng(1)
    tail, head = rng.integers(0, 600, (2, 6000))
    graph = WalkGraph(600, tail, head, rng.random(6000))
    prepared = prepare(graph)
    assert prepared.n_arcs is None
    np.testing.assert_array_equal(prepared.nearest_m([[4, 5], []]), nearest_m(graph, [[4, 5], []]))


def test_nothing_can_be_prepared():
    assert prepare(WalkGraph(0, [], [], [])).nearest_m([[]]).shape == (0, 1)
    assert prepare(WalkGraph(1, [], [], [])).nearest_m([[0], []]).tolist() == [[0.0, math.inf]]


@pytest.mark.parametrize(
    ("facilities", "options", "code"),
    [
        ([[2]], {}, "access.node"),
        ([[0]], {"offset_m": [[-1.0]]}, "access.offset"),
        ([[0]], {"offset_m": []}, "access.shape"),
        ([[0]], {"limit_m": -5.0}, "access.limit"),
    ],
)
def test_wrong_questions_are_refused_as_the_plain_way_refuses_them(facilities, options, code):
    with pytest.raises(GraphError) as caught:
        prepare(WalkGraph(2, [0], [1], [1.0])).nearest_m(facilities, **options)
    assert caught.value.code == code


def test_many_threads_may_ask_one_prepared_network_at_once():
    rng = np.random.default_rng(3)
    tail, head = np.arange(1999), np.arange(1, 2000)
    prepared = prepare(WalkGraph(2000, tail, head, rng.random(1999)))
    questions = [[rng.integers(0, 2000, 5), rng.integers(0, 2000, 2)] for _ in range(24)]
    alone = [prepared.nearest_m(question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        for one, other in zip(alone, pool.map(prepared.nearest_m, questions), strict=True):
            np.testing.assert_array_equal(one, other)
