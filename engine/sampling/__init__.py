"""Denoising over the components of a diffusers folder: each part of the loop by itself, none that knows a model.

`parts` loads, `prompts` reads words, `latents` goes between pictures and latents, `noise`, `sigmas`, `windows` and
`guidance` say what a step is, `denoise` takes the steps, `canvas` and `colour_fit` see to the pictures.
"""
