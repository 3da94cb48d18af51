"""What a list of datasets consists of."""

from dataclasses import dataclass
from typing import Callable

from draft import Draft


@dataclass(frozen=True)
class Recipe:
    """How one dataset is made from the files of a package, and where they come from."""

    name: str
    source: str
    licence: str
    citation: str
    make: Callable[[], Draft]


class Recipes(list):
    """A list of recipes, to which functions add themselves."""

    def add(self, name, source, licence, citation):
        def decorate(make):
            self.append(Recipe(name, source, licence, citation, make))
            return make

        return decorate
