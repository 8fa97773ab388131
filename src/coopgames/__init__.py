"""coopgames: institutions of international cooperation as game forms.

Compose them, solve them, simulate them, and measure how often cooperation holds, and why not.
The public names are listed in ``__init__.pyi`` and loaded when first used; ``import coopgames``
itself loads NumPy only.

>>> import coopgames as cg
>>> outcome = cg.evolve(cg.game("charter", problem="climate", world="w20"))
>>> cg.cooperation(outcome).failure
'gridlock'
"""

import lazy_loader
import numpy as np

from . import provenance

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__version__ = provenance.VERSION
__all__ += ["__version__"]

del np  # loaded above, so that the first call does not pay for it
