"""torchrun, as `python -m sagebrush_torchrun`: Debian's torch has it for the system's Python alone.

Torch 1.13 looks for the flag of value 0 among all flags, where Python 3.11 and newer leave it out.
"""

from torch.distributed.elastic.multiprocessing import Std
from torch.distributed.run import main

read = Std.from_str


def read_mended(text):
    """Returns no flag as the flag NONE."""
    value = read(text)
    if isinstance(value, dict):
        return {rank: Std.NONE if one is None else one for rank, one in value.items()}
    return Std.NONE if value is None else value


Std.from_str = read_mended

if __name__ == "__main__":
    main()
