"""How the emittance of a storage ring scales: with the square of the energy, the cube of the bending angle."""

import numpy as np

from leaps.physics.constants import QUANTUM_CONSTANT_M
from leaps.physics.errors import Floats, Numbers, positive
from leaps.physics.undulators import lorentz_factor

THEORETICAL_MINIMUM = 1.0 / (12.0 * np.sqrt(15.0))
"""F of the best that one bend can do; real lattices stay two to five times above."""


def natural_emittance_m_rad(electron_energy_gev: Numbers, bends: Numbers, *, factor: Numbers = THEORETICAL_MINIMUM, damping: Numbers = 1.0) -> Floats:
    """F C_q γ² θ³/J_x in m rad, θ = 2π/bends the angle of one bend, J_x the horizontal damping partition (1 to 2).

    All bends alike, no wigglers, no gradient along a bend. Raises Unphysical for fewer than zero bends.
    """
    angle = 2 * np.pi / positive("number of bends", bends)
    return np.asarray(positive("lattice factor", factor) * QUANTUM_CONSTANT_M * lorentz_factor(electron_energy_gev) ** 2 * angle**3 / positive("damping partition", damping))


def normalised_emittance_m_rad(emittance_m_rad: Numbers, electron_energy_gev: Numbers) -> Floats:
    """ε/γ² in m rad: what is left when the energy is taken out, so that lattices can be compared."""
    return np.asarray(positive("emittance", emittance_m_rad) / lorentz_factor(electron_energy_gev) ** 2)
