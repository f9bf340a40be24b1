"""The frames between two frames, by a small net: `midpoint(a, b)` and `between(a, b, count)`; and which frames of a
range are made where every second one is (`engine.interpolation.spread`). Loads no net by itself."""
