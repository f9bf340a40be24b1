"""Key frames carried over a film of which every second frame is made: cut or whole, the same frames."""

import numpy as np

from engine.models import Before
from tests.engine.models.film import pan
from tests.engine.models.test_key_frames import as_bytes, ready, request, track


def test_every_second_frame_is_carried_the_same_however_it_is_cut(tmp_path):
    film = track(tmp_path, pan(7))
    asked = request(tmp_path, film, {0: np.ascontiguousarray(film[0][..., ::-1])})
    model = ready(asked)
    order = [0, 2, 4, 6]
    model.stand(order)
    whole = list(model.render([film[n] for n in order], None))
    assert len(whole) == 4
    model.stand(order[2:])
    rest = list(model.render([film[n] for n in order[2:]], Before(film[2], whole[1], gap=2)))
    assert as_bytes(rest) == as_bytes(whole[2:])
