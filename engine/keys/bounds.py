"""How much of a shot its key frames must explain: what judges a render, and what colours a strip of trust."""

WANTS_KEY = 0.75
"""Mean trust below which a render names the frame that wants a key of its own."""
REFUSED = 0.50
"""Mean trust below which the stills say too little of the shot to be carried over it."""
