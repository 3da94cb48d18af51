"""Writes the sounds of this folder with soundfile (libsndfile)."""

import numpy
import soundfile

tone = numpy.sin(2 * numpy.pi * 50 * numpy.arange(400) / 800) * 0.5
soundfile.write("tone.wav", tone, 800, subtype="PCM_16")
soundfile.write("tone64.rf64", tone, 800, subtype="PCM_16", format="RF64")
soundfile.write("tone.ogg", numpy.tile(tone, 40), 8000, format="OGG")
