"""Real devices of the record against SRW: formulas and integrated trajectories must tell the same light."""

import numpy as np
import pytest

from leaps.physics import bends, brilliance, flux, undulators
from leaps.physics.brilliance import Electrons
from tests.physics import srw
from tests.physics.devices import CHOSEN, real_devices
from tests.physics.reference import UNDULATORS

DEVICES = real_devices()
POINTS = [(name, share, harmonic) for name in DEVICES for share, harmonic in ((1.0, 1), (1.0, 3), (0.6, 1))]
POINTS += [(name, 1.0, 7) for name in DEVICES if DEVICES[name][3] > 1.5]


def test_all_chosen_devices_are_on_record() -> None:
    assert len(DEVICES) == len(CHOSEN) == 10
    assert len({name.split()[0] for name in DEVICES}) == 5


@pytest.mark.parametrize(("name", "share", "harmonic"), POINTS)
def test_the_density_of_one_electron_agrees_to_the_ends_of_the_device(name: str, share: float, harmonic: int) -> None:
    electrons, period, periods, k_max = DEVICES[name]
    k = share * k_max
    energy = float(undulators.photon_energy_ev(electrons.energy_gev, period, k, harmonic))

    ours = float(flux.per_solid_angle(k, harmonic, periods, electrons.energy_gev, electrons.current_a))

    # SRW's fields end with half a pole at either side: up to 4/N more
    assert srw.on_axis_of_one_electron(electrons, period, periods, k, energy) / ours == pytest.approx(1, abs=0.02 + 4 / periods)


@pytest.mark.parametrize(("name", "share", "harmonic"), POINTS)
def test_with_emittance_and_spread_it_agrees_within_the_accuracy_stated(name: str, share: float, harmonic: int) -> None:
    electrons, period, periods, k_max = DEVICES[name]
    check(electrons, period, periods, share * k_max, harmonic)


@pytest.mark.parametrize("name", UNDULATORS)
def test_so_do_the_reference_cases(name: str) -> None:
    electrons, period, periods, k, harmonic, *_ = UNDULATORS[name]
    check(electrons, period, periods, k, harmonic)


def check(electrons: brilliance.Electrons, period: float, periods: float, k: float, harmonic: int) -> None:
    """Brilliance is flux over size and angle; far away SRW shows flux over angle, the part that is not by definition."""
    light = brilliance.planar(electrons, period, periods, k, harmonic)
    energy = float(light.energy_ev)
    energies = np.linspace(energy * 0.98, energy * 1.005, 251)
    angle_x = np.hypot(light.divergence_x_rad, light.size_x_m / srw.DISTANCE_M)
    angle_y = np.hypot(light.divergence_y_rad, light.size_y_m / srw.DISTANCE_M)
    ours = float(light.flux / (2 * np.pi * angle_x * angle_y * 1e6))

    theirs = srw.on_axis_of_the_beam(electrons, period, periods, k, energies, harmonic)

    assert np.interp(energy, energies, theirs) / ours == pytest.approx(1, abs=brilliance.ACCURACY)


@pytest.mark.parametrize("over_critical", [0.1, 1.0, 5.0])
@pytest.mark.parametrize(("energy_gev", "current_a", "field_t"), [(6.0, 0.1, 0.873), (2.75, 0.5, 1.7), (2.75, 0.5, 2.8), (2.5, 0.25, 1.45545)])
def test_the_density_of_a_bend_agrees(energy_gev: float, current_a: float, field_t: float, over_critical: float) -> None:
    """The four bends on record."""
    energy = over_critical * float(bends.critical_energy_ev(energy_gev, field_t))

    ours = float(bends.bend_per_solid_angle(energy, energy_gev, field_t, current_a))

    assert srw.on_axis_of_a_bend(energy_gev, current_a, field_t, energy) / ours == pytest.approx(1, abs=0.005)


@pytest.mark.parametrize(("energy_gev", "period", "periods", "field_t"), [(2.75, 50.0, 38, 2.1), (2.5, 60.5, 33, 1.38)])
def test_the_poles_of_a_wiggler_add_up_to_its_ends(energy_gev: float, period: float, periods: int, field_t: float) -> None:
    """WSV50 of SOLEIL and W61 of SESAME: the mean over eight harmonics, in which the interference of the poles is gone."""
    k = float(undulators.deflection_parameter(field_t, period))
    middle = float(bends.critical_energy_ev(energy_gev, field_t))
    first = float(undulators.photon_energy_ev(energy_gev, period, k, 1))
    energies = np.linspace(middle - 4 * first, middle + 4 * first, 400)

    ours = 2 * periods * float(bends.bend_per_solid_angle(middle, energy_gev, field_t, 0.5))

    # SRW's fields end with poles of less field at either side
    assert srw.on_axis_around(Electrons(energy_gev, 0.5, 0, 0, 0, 0, 0), period, periods, k, energies) / ours == pytest.approx(1, abs=0.02 + 1 / periods)
