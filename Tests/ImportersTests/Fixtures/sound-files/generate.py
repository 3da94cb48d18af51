"""Writes the sounds of this folder with soundfile (libsndfile) and SciPy."""

import numpy
import soundfile
from scipy.signal import resample_poly

tone = numpy.sin(2 * numpy.pi * 50 * numpy.arange(400) / 800) * 0.5
soundfile.write("tone.wav", tone, 800, subtype="PCM_16")
soundfile.write("tone64.rf64", tone, 800, subtype="PCM_16", format="RF64")
soundfile.write("tone.mp3", numpy.sin(2 * numpy.pi * 440 * numpy.arange(4000) / 8000) * 0.5, 8000, format="MP3")
soundfile.write("tone.ogg", numpy.tile(tone, 40), 8000, format="OGG")

# A recording of the tests of the field recipes at twice its rate.
recording, rate = soundfile.read("../field-files/multimedia/fsdd/0_theo_0.wav")
soundfile.write("0_theo_0.flac", resample_poly(recording, 2, 1), 2 * rate, subtype="PCM_16")
