#!/usr/bin/env python3
"""Writes a table of many rows with numbers, a text and a PNG image each, to measure the import.

    python3 many_images.py --to many --rows 100000
    /usr/bin/time -v ../../highmmt data import table many/many.csv --target kind --to many/data

Images are 32 × 32 pixels in colour. Needs Python alone.
"""

import argparse
import os
import random
import struct
import zlib


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(pixels, side):
    """A PNG file of red, green and blue."""
    rows = b"".join(b"\0" + pixels[3 * side * row:3 * side * (row + 1)] for row in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 1))
            + chunk(b"IEND", b""))


def main():
    parser = argparse.ArgumentParser(description="Writes a table of many rows with an image each.")
    parser.add_argument("--to", required=True, metavar="DIR")
    parser.add_argument("--rows", type=int, default=100_000)
    arguments = parser.parse_args()
    source = random.Random(1)
    words = [f"word{number}" for number in range(300)]
    lines = ["id,a,b,note,image,kind"]
    for row in range(arguments.rows):
        folder = f"images/{row // 1000:04}"
        os.makedirs(f"{arguments.to}/{folder}", exist_ok=True)
        kind = source.randrange(4)
        pixels = bytes(min(255, 60 * kind + each // 4) for each in source.randbytes(3 * 32 * 32))
        with open(f"{arguments.to}/{folder}/{row}.png", "wb") as file:
            file.write(png(pixels, 32))
        note = " ".join(source.choices(words, k=source.randrange(1, 12)))
        lines.append(f"r{row},{source.gauss(kind, 1):.4f},{source.random():.4f},{note},{folder}/{row}.png,k{kind}")
    with open(f"{arguments.to}/many.csv", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
