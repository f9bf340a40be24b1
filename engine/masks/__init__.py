"""What may change and what may not: masks found by words, points and drawings, carried over a shot, kept as tracks.

In memory a mask is float32 `(h, w)` in [0, 1] at the source's size, white where a picture may change. As a track it
lies in `master/` chunk files as any render does: uint16 RGB of three equal channels. Nothing heavy loads here.
"""
