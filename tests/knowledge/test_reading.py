"""Facts and acts from the words of an artist."""

import re
import time

import pytest

from knowledge import acts, reading
from knowledge.catalog import catalog
from knowledge.rule_rows import LANGUAGES, known_value


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("it's locked off on sticks", "camera_motion", "static"),
        ("handheld, lots of movement", "camera_motion", "significant"),
        ("handheld, lots of movement", "motion_level", "high"),
        ("lipsync is everything to me", "lip_sync_decisive", "yes"),
        ("lip sync is everything", "performance_matters", "first"),
        ("she talks to camera", "performance_matters", "yes"),
        ("no dialogue in this one", "performance_matters", "no"),
        ("don't touch the lips", "performance_matters", "yes"),
        ("don't lose the performance", "performance_matters", "yes"),
        ("only the mug", "change_scope", "region"),
        ("replace the courier with an old sailor", "change_scope", "character"),
        ("replace the courier with an old sailor", "new_body_humanoid", "yes"),
        ("turn the dancer into a heron", "new_body_humanoid", "no"),
        ("turn this car park into a frozen harbour", "geometry_change", "large"),
        ("make it look like a charcoal drawing", "geometry_change", "near"),
        ("make it night", "light_only", "yes"),
        ("remove the two cyclists from the bridge", "remove_subject", "yes"),
        ("EXR for nuke please", "needs_vfx_delivery", "yes"),
        ("the clip has 240 frames", "shot_frames", 240.0),
        ("10 seconds at 24 fps", "shot_frames", 240.0),
        ("three people in it", "people_count", 3.0),
        ("its a tripdo shot on a tripood", "camera_motion", "static"),
        ("Stativ, kein Dialog", "camera_motion", "static"),
        ("Stativ, kein Dialog", "performance_matters", "no"),
        ("caméra fixe", "camera_motion", "static"),
        ("cámara en mano", "camera_motion", "significant"),
        ("camera fissa", "camera_motion", "static"),
        ("câmera parada", "camera_motion", "static"),
        ("三脚で撮影", "camera_motion", "static"),
        ("固定机位", "camera_motion", "static"),
    ],
)
def test_a_phrase_gives_its_fact(text, fact, value):
    read = reading.read(text)
    assert read.facts.get(fact) == value
    assert read.evidence[fact].words


def test_a_figure_of_speech_gives_nothing():
    assert "face_small" not in reading.read("face it, on the other hand this is fine").facts


def test_context_wins_over_words_and_unknown_keys_are_no_error():
    read = reading.read(
        "handheld", {"camera_motion": "static", "weather_in_paris": 3, "note": "she sings", "has_source_video": True}
    )
    assert read.facts["camera_motion"] == "static"
    assert read.evidence["camera_motion"].source == "context"
    assert read.facts["performance_matters"] == "yes"
    assert read.facts["has_source_video"] == "yes"


def test_a_context_value_that_the_fact_cannot_have_is_read_as_words():
    assert "camera_motion" not in reading.read("", {"camera_motion": 12}).facts


def test_several_changes_are_counted_in_the_order_of_the_passes():
    read = reading.read("upscale it, make everything look like claymation, and swap the man for an ogre")
    assert read.changes == ("character", "whole_frame", "size")
    assert read.facts["change_count"] == 3


def test_ranges_are_read():
    assert reading.read("render frames 40 to 160").range == (40, 160)
    assert reading.read("just the first 100 frames").range == (0, 100)
    assert reading.read("the last bit").range is None


@pytest.mark.slow
def test_every_fact_group_gives_its_fact_from_each_of_its_own_phrases():
    """A phrase that its own group can't be found by is dead data."""
    facts = catalog().facts
    for group in catalog().lexicon:
        if group.kind != "fact":
            continue
        assert known_value(facts[group.fact], group.value) is not None, group.id
        for phrase in group.phrases():
            text = re.sub(r"(\w+)(?:/\w+)+", r"\1", phrase.replace(" * ", " the ").replace("*", ""))
            read = reading.read(text)
            assert group.fact in read.facts or any(u in text for u in group.unless), (group.id, phrase)


def test_every_language_says_yes_and_no():
    for group in (g for g in catalog().lexicon if g.act in ("yes", "no", "status", "cancel", "why", "help", "export")):
        for language in LANGUAGES:
            assert getattr(group, language), (group.id, language)


def test_reading_is_quick():
    reading.read("warm up flickre"), acts.act("warm up")
    text = "Locked off, two people talking, lip sync is everything: make it look like a charcoal drawing and upscale it"
    start = time.process_time()
    for _ in range(50):
        reading.read(text)
        acts.act(text)
    assert (time.process_time() - start) / 100 < 0.02


@pytest.mark.parametrize(
    ("said", "scope", "fact", "value"),
    [
        ("the zamboni man melts into a shoal of herring", "character", "new_body_humanoid", "no"),
        ("get all the stewards out of the frame, just the bare stands", "region", "remove_subject", "yes"),
        ("bus depot gone, other walls, a glacier cave comes", "whole_frame", "geometry_change", "large"),
    ],
)
def test_what_no_shape_knows_is_read_by_what_people_say(said, scope, fact, value):
    read = reading.read(said)
    assert scope in read.changes
    assert read.facts[fact] == value


def test_a_fault_that_is_told_beside_a_wish_gives_its_fact():
    read = reading.read("lips come off late in this long take. felt look, shapes stay")
    assert read.facts["seen_lips_late"] == "yes"
    assert read.changes == ("whole_frame",)


def test_every_fault_of_a_fact_is_a_symptom():
    named = [symptom for fact in catalog().facts.values() for symptom in fact.faults]
    assert named
    assert set(named) <= set(catalog().symptoms)
