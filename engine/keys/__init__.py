"""An edited still carried over a shot: where each pixel of a frame stands in the still, how sure that is, and what is
painted where it is not. Knows arrays and their motion, no model; requests are known to `asked` alone."""
