"""The version of Rushes, as it stands in every proof."""

VERSION = "0.1.0"
