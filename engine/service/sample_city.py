"""The packaged sample city as one value, for demonstrations and benchmarks."""

from importlib.resources.abc import Traversable

from engine.domain.city import City
from engine.kernel.player import read_city

SampleCity = City
FOLDER = "sample_city"


def read_sample_city(pack: Traversable) -> SampleCity:
    """Reads the `sample_city` folder of a pack."""
    folder = pack.joinpath(FOLDER)
    return read_city({f.name: f.read_bytes() for f in folder.iterdir() if f.is_file()})
