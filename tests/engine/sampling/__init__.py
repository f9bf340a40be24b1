"""The parts of the denoising loop."""
