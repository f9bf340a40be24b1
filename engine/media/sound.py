"""The sound of a source beside a delivered range: copied by the packet where the container holds it, else AAC."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av

from engine.errors import InputError
from engine.media.decoder import opened

COPIED = {
    "mp4": {"aac", "mp3", "ac3", "eac3", "alac", "opus", "flac"},
    "mov": {"aac", "mp3", "ac3", "eac3", "alac"},
}
"""Codecs that a container takes as they are; PCM too in MOV."""

AAC_FRAME = 1024
"""Samples of one AAC packet."""


class Span(NamedTuple):
    """Seconds of the source that are delivered."""

    start: Fraction
    stop: Fraction
    lead: Fraction = Fraction(0)
    """How long before `start` packets are still copied: a codec's priming, which players skip."""


class Sound:
    """Feeds the sound of `source` into a container, a little ahead of the pictures, so that both lie side by side."""

    def __init__(self, source: Path, span: Span, container: av.container.OutputContainer, kind: str):
        self._span = span
        self._opening = opened(source, pictures=False)
        self._source, _ = self._opening.__enter__()
        stream = self._source.streams.audio[0]
        name = stream.codec_context.name.removesuffix("float")
        self.copies = name in COPIED[kind] or (kind == "mov" and name.startswith("pcm_"))
        self._out, self._packets = container, iter(())
        if self.copies:
            self._target = container.add_stream_from_template(stream)
            self._packets = self._copied(stream)
        else:
            rate = stream.codec_context.sample_rate
            self._target = container.add_stream("aac", rate=rate if rate in AAC_RATES else 48_000)
            self._target.layout = "stereo" if stream.codec_context.channels > 1 else "mono"
            self._packets = self._encoded(stream)
        self._held: av.Packet | None = None

    @property
    def note(self) -> str:
        """What the artist should know."""
        return "" if self.copies else "The container can't hold the source's sound as it is; it was encoded as AAC."

    def feed(self, until: Fraction) -> None:
        """Write all packets that begin before `until` seconds of the delivery."""
        while True:
            packet = self._held or self._next()
            self._held = None
            if packet is None:
                return
            if packet.pts is not None and packet.pts * packet.time_base > until:
                self._held = packet
                return
            self._out.mux(packet)

    def _next(self) -> av.Packet | None:
        try:
            return next(self._packets, None)
        except av.FFmpegError:
            raise InputError("The sound of the source is damaged; export with --no-audio.") from None

    def close(self) -> None:
        """Write what is left and let the source go."""
        self.feed(self._span.stop - self._span.start)
        self._opening.__exit__(None, None, None)

    def _copied(self, stream: av.AudioStream) -> Iterator[av.Packet]:
        shift = round(self._span.start / stream.time_base)
        for packet in self._source.demux(stream):
            if packet.dts is None or packet.pts is None:
                continue
            begins = packet.pts * packet.time_base
            if begins + (packet.duration or 0) * packet.time_base <= self._span.start - self._span.lead:
                continue
            if begins >= self._span.stop:
                return
            packet.pts -= shift
            packet.dts -= shift
            packet.stream = self._target
            yield packet

    def _encoded(self, stream: av.AudioStream) -> Iterator[av.Packet]:
        context = self._target.codec_context
        resampler = av.AudioResampler(context.format, self._target.layout, context.sample_rate, AAC_FRAME)
        position: int | None = None
        for frame in self._source.decode(stream):
            begins = frame.pts * frame.time_base
            if begins + Fraction(frame.samples, frame.sample_rate) <= self._span.start:
                continue
            if begins >= self._span.stop:
                break
            if position is None:
                # Below 0 where the block began before the shot: cut by the player, so that sound and pictures meet.
                position = round((begins - self._span.start) * context.sample_rate)
            frame.pts = None
            for even in resampler.resample(frame):
                position = yield from self._packet(even, position)
        for even in resampler.resample(None) if position is not None else ():
            position = yield from self._packet(even, position)
        yield from self._target.encode(None)

    def _packet(self, frame: av.AudioFrame, position: int) -> Iterator[av.Packet]:
        frame.pts, frame.time_base = position, Fraction(1, frame.sample_rate)
        yield from self._target.encode(frame)
        return position + frame.samples


AAC_RATES = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)
"""Sample rates that AAC knows."""
