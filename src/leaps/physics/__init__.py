"""The light of undulators, bending magnets and free-electron lasers, from formulas.

NumPy only: no Django, no database, nothing of the apps. Everything broadcasts: what goes in are numbers or arrays
of any shapes that fit each other, what comes out has the shape they make together. Units stand in the names;
flux is in photons/s/0.1 % bandwidth, brilliance in photons/s/mm²/mrad²/0.1 % bandwidth.

One convention holds everywhere unless a function says otherwise: the flux is that of the central cone exactly on
resonance, and the natural size is Kim's. Published curves often give twice this flux (`flux.PEAK_OVER_RESONANCE`).
"""
