#!/usr/bin/env python3
"""Writes a small table of one's own: animals.csv, with images and sounds beside it, and new.csv with rows to predict.

Needs Python alone. Usage: make-table.py FOLDER
"""

import csv
import math
import os
import random
import struct
import sys
import wave
import zlib


def write_png(path, rows):
    """Writes rows of (red, green, blue) pixels."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    size = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 2, 0, 0, 0)
    pixels = b"".join(b"\0" + bytes(value for pixel in row for value in pixel) for row in rows)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b""))


def write_wav(path, frequency, rate=8000, seconds=0.3):
    """Writes a tone with one channel of 16 bits."""
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        tone = (math.sin(2 * math.pi * frequency * index / rate) for index in range(int(rate * seconds)))
        file.writeframes(b"".join(struct.pack("<h", int(12000 * value + random.gauss(0, 300))) for value in tone))


def main(folder):
    random.seed(1)
    os.makedirs(f"{folder}/files", exist_ok=True)
    rows = []
    for number in range(48):
        kind = ["frog", "owl"][number % 2]
        colour = (60, 160, 60) if kind == "frog" else (150, 110, 70)
        photo, voice = f"files/photo{number}.png", f"files/voice{number}.wav"
        write_png(f"{folder}/{photo}", [
            [tuple(min(255, max(0, int(part + random.gauss(0, 40)))) for part in colour) for _ in range(32)]
            for _ in range(24)])
        write_wav(f"{folder}/{voice}", random.uniform(300, 700) * (1 if kind == "frog" else 2))
        weight = random.gauss(30, 6) if kind == "frog" else random.gauss(400, 60)
        rows.append({
            "animal": f"a{number}", "weight": f"{weight:.1f}", "place": random.choice(["pond", "barn", "wood"]),
            "note": random.choice(["seen at night near the old mill", "heard first, then seen", "sat still for long"]),
            "photo": photo if random.random() > 0.1 else "", "voice": voice if random.random() > 0.1 else "",
            "kind": kind, "age": f"{random.gauss(2, 0.5) + weight / 200:.2f}"})
    columns = list(rows[0])
    with open(f"{folder}/animals.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows[:40])
    with open(f"{folder}/new.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, columns[:6], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows[40:])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make-table.py FOLDER")
    main(sys.argv[1])
