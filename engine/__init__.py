"""The model engine: footage in, frames out, one for one. Imports of heavy libraries happen in the leaf folders only."""

from engine import torchvision_cpu

torchvision_cpu.install()
