"""Reference values, computed once with a program of its own; sizes are typical values, good for tests only."""

from leaps.physics.brilliance import Electrons

E6 = {"size_x_m": 30.2e-6, "divergence_x_rad": 4.37e-6, "size_y_m": 3.64e-6, "divergence_y_rad": 1.37e-6}
UNDULATORS = {
    # name: electrons, period mm, periods, K, harmonic, keV, Q, flux, brilliance Kim, brilliance with the other size, coherent fraction
    "EBS-like": (Electrons(6, 0.2, energy_spread=9.4e-4, **E6), 18, 111, 1.5, 1, 8.938, 0.7675, 1.219e15, 5.055e21, 3.935e21, 0.01995),
    "EBS-like, third": (Electrons(6, 0.2, energy_spread=9.4e-4, **E6), 18, 111, 1.5, 3, 26.81, 0.2705, 4.296e14, 2.945e21, 2.623e21, 0.003664),
    "MAX IV-like": (Electrons(3, 0.25, 54e-6, 6e-6, 4e-6, 2e-6, 7.7e-4), 18, 166, 1.9, 5, 8.464, 0.2216, 6.578e14, 6.111e20, 4.442e20, 0.004984),
    "PETRA III-like": (Electrons(6, 0.1, 141e-6, 7.7e-6, 5.5e-6, 3.8e-6, 1e-3), 29, 172, 2.0, 1, 3.930, 0.8706, 1.071e15, 3.537e20, 2.379e20, 0.008216),
    "Diamond-like": (Electrons(3, 0.3, 123e-6, 24.2e-6, 3.5e-6, 2.3e-6, 9.6e-4), 23, 87, 1.9, 5, 6.624, 0.2216, 4.137e14, 7.013e19, 5.098e19, 0.001485),
}  # fmt: skip
