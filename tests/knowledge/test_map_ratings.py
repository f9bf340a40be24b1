"""What is measured of a control map points to the fault that it is, and to the moves against it."""

import pytest

from knowledge import measures
from knowledge.advice import advise
from knowledge.catalog import catalog

SPEC = catalog().spec("transform", "preview")


@pytest.mark.parametrize(
    ("kind", "rating", "symptom", "move"),
    [
        ("depth", {"value": 0.0, "depth_spread": 0.05}, "map_depth_flat", ("controlnet_type", "softedge")),
        ("depth", {"value": 70.0, "depth_spread": 0.4}, "map_depth_flat", ("controlnet_type", "softedge")),
        ("pose", {"value": 40.0, "joints_sure": 70.0}, "map_pose_lost", ("controlnet_type", "depth")),
        (
            "depth_pose",
            {"value": 40.0, "joints_sure": 70.0, "depth_spread": 0.5},
            "map_pose_lost",
            ("controlnet_type", "depth"),
        ),
        ("softedge", {"value": 10.0, "edge_share": 22.0}, "map_edges_busy", ("controlnet_type", "depth")),
        ("softedge", {"value": 95.0, "edge_share": 22.0}, "map_edges_busy", ("controlnet_type", "depth")),
    ],
)
def test_a_faulty_map_is_told_by_what_was_measured_of_it(kind, rating, symptom, move):
    values = SPEC.resolve({"prompt": "x", "controlnet_type": kind}).values
    found = advise("this looks wrong", "transform", values, measures.judge({"m.map": rating}, "preview"))
    assert [m.symptom for m in found.matches] == [symptom]
    assert (found.steps[0].setting, found.steps[0].to) == move


def test_a_sound_map_points_to_nothing():
    sound = {"m.map": {"value": 96.0, "joints_sure": 99.0, "depth_spread": 0.4}}
    assert advise("", "transform", measures=measures.judge(sound, "preview")).matches == []
    assert advise("", "transform", measures=sound).matches == []
    given = {"m.map": {"value": None, "why": "the footage is the map itself"}}
    assert advise("", "transform", measures=measures.judge(given, "preview")).matches == []


def test_every_symptom_that_a_part_tells_of_is_one_of_its_measure():
    for row in catalog().measures.values():
        assert set(row.told_by.values()) <= set(row.symptoms) and row.told_by.keys() <= row.parts.keys()
