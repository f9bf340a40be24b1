"""What Wan Animate is driven by: the body and the face of whoever is in the shot, in the very form it was trained on.

`watched` follows body and face over the whole range, `skeleton` draws the one, `face_crop` cuts out the other,
`segments` cuts a chunk into what the model makes at once, `drive` says how hard both drive it, `light` brings exposure
and saturation back. How things are drawn and cut follows the authors' preprocessing (Wan-Video/Wan2.2,
`wan/modules/animate/preprocess`).
"""
