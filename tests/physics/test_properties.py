"""Laws that hold whatever the numbers: scaling, limits, continuity; and what a curve must pass."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaps.physics import bends, brilliance, flux, lasers, rings, sizes, tuning, undulators
from leaps.physics.brilliance import Electrons
from leaps.physics.errors import Unphysical

RING = Electrons(6, 0.2, 30.2e-6, 4.37e-6, 3.64e-6, 1.37e-6, 9.4e-4)
ENERGY = st.floats(0.5, 8)
PERIOD = st.floats(10, 100)
K = st.floats(0.05, 8)
ODD = st.integers(0, 7).map(lambda n: 2 * n + 1)


@given(ENERGY, PERIOD, K, ODD)
def test_energy_grows_with_the_square_of_the_electrons_and_with_the_harmonic(energy: float, period: float, k: float, n: int) -> None:
    one = float(undulators.photon_energy_ev(energy, period, k))

    assert float(undulators.photon_energy_ev(2 * energy, period, k)) == pytest.approx(4 * one)
    assert float(undulators.photon_energy_ev(energy, period, k, n)) == pytest.approx(n * one)
    assert float(undulators.photon_energy_ev(energy, period, k, angle_mrad=0.1)) < one
    assert float(undulators.k_for_energy(energy, period, n * one, n)) == pytest.approx(k, rel=1e-6)


@given(PERIOD, K)
def test_field_and_k_are_inverse(period: float, k: float) -> None:
    assert float(undulators.deflection_parameter(undulators.peak_field_t(k, period), period)) == pytest.approx(k)


@given(K)
def test_crossed_fields_go_from_planar_to_helical(k: float) -> None:
    assert float(flux.on_axis_crossed(0, k, 3)) == pytest.approx(float(flux.on_axis(k, 3)), rel=1e-8, abs=1e-12)
    assert float(flux.on_axis_crossed(k, 0, 3)) == pytest.approx(float(flux.on_axis(k, 3)), rel=1e-8, abs=1e-12)
    assert float(flux.on_axis_crossed(k, k, 1)) == pytest.approx(2 * k**2 / (1 + k**2) ** 2)
    assert float(flux.on_axis_crossed(k, k, 3)) == pytest.approx(0, abs=1e-12)


def test_a_helical_device_gives_more_light_than_a_planar_one_of_the_same_energy() -> None:
    helical, planar = flux.helical_central_cone(1.0, 50, 0.3), flux.central_cone(np.sqrt(2), 1, 50, 0.3)

    assert float(undulators.photon_energy_ev(3, 50, 1.0, k_cross=1.0)) == pytest.approx(float(undulators.photon_energy_ev(3, 50, np.sqrt(2))))
    assert 1 < float(helical / planar) < 2


@given(K, ODD)
def test_flux_grows_with_periods_and_current_alone(k: float, n: int) -> None:
    one = float(flux.central_cone(k, n, 50, 0.1))

    assert float(flux.central_cone(k, n, 100, 0.3)) == pytest.approx(6 * one)
    assert 0 <= float(flux.q_factor(k, n)) <= 1


def test_natural_sizes_make_one_mode() -> None:
    wavelength, length = np.array([1e-10, 1e-9]), 2.0

    product = sizes.natural_size_m(wavelength, length) * sizes.natural_divergence_rad(wavelength, length)

    assert product == pytest.approx(wavelength / (4 * np.pi))
    assert sizes.natural_size_m(wavelength, length, "tanaka-kitamura") == pytest.approx(2 * sizes.natural_size_m(wavelength, length))


def test_spread_widens_from_nothing_continuously() -> None:
    x = np.concatenate([[0.0], np.geomspace(1e-6, 50, 4000)])
    angle, size = sizes.spread_widening(x / (2 * np.pi * 100), 1, 100)

    assert (angle[0], size[0]) == (1, 1)
    assert (np.diff(angle) >= -1e-9).all()
    assert (np.diff(size) >= -1e-9).all()
    assert np.abs(np.diff(np.log(angle))).max() < 0.01
    # Far out divergence grows with the root of the spread
    assert angle[-1] == pytest.approx(np.sqrt(2 * x[-1] / np.sqrt(2 * np.pi)), rel=0.01)


@pytest.mark.parametrize("harmonic", [1, 5, 15])
def test_without_emittance_and_spread_all_light_is_coherent(harmonic: int) -> None:
    thin = Electrons(6, 0.2, 0, 0, 0, 0, 0)

    light = brilliance.planar(thin, 18, 111, 1.5, harmonic)

    assert float(light.coherent_fraction) == pytest.approx(1, rel=1e-6)
    assert float(light.coherent_flux) == pytest.approx(float(light.flux), rel=1e-6)


def test_brilliance_falls_with_emittance_and_with_energy_spread() -> None:
    spread = np.linspace(0, 3e-3, 50)
    falling = brilliance.planar(Electrons(6, 0.2, 30e-6, 4e-6, 4e-6, 1e-6, spread), 18, 111, 1.5, 9).brilliance
    wider = brilliance.planar(Electrons(6, 0.2, np.linspace(0, 1e-3, 50), 4e-6, 4e-6, 1e-6), 18, 111, 1.5).brilliance

    assert (np.diff(falling) < 0).all()
    assert (np.diff(wider) < 0).all()


def test_on_high_harmonics_of_a_thin_beam_brilliance_falls_about_as_one_over_the_spread() -> None:
    x = np.array([20.0, 40.0])
    thin = Electrons(6, 0.2, 0, 0, 0, 0, x / (2 * np.pi * 15 * 111))

    low, high = brilliance.planar(thin, 18, 111, 1.5, 15).brilliance

    # Divergence² as 1/x, size² as x^(2/3): between 1/x and 1/x²
    assert 2.0 < low / high < 4.0


class TestCurves:
    """What a curve must pass before it is printed."""

    def made(self) -> tuning.Tuning:
        return tuning.curves(RING, [18.0, 27.0], [111.0, 59.0], [1.68, 1.402])

    def test_their_shape(self) -> None:
        made = self.made()

        assert made.light.brilliance.shape == (2, 8, 200)
        assert made.k[0, 0, 0] == pytest.approx(1.68)
        assert made.k[:, 0, -1] == pytest.approx(0.3)

    def test_they_are_what_single_points_are(self) -> None:
        made = self.made()

        one = brilliance.planar(RING, 27.0, 59.0, made.k[1, 0, 17], 5)

        assert made.light.brilliance[1, 2, 17] == pytest.approx(float(one.brilliance))
        assert made.light.energy_ev[1, 2, 17] == pytest.approx(float(one.energy_ev))

    def test_they_are_continuous_in_k(self) -> None:
        """A step of K, a hundredth, never moves a value by more than its steepest law, K^(2n) at small K, allows."""
        made = self.made()
        for place, harmonic in enumerate(made.harmonics):
            steps = np.abs(np.diff(np.log(made.light.brilliance[:, place]), axis=-1))
            ratio = np.log(made.k[:, 0, 0] / made.k[:, 0, -1]).max() / 199
            assert steps.max() < (2 * harmonic + 2) * ratio

    def test_neighbouring_harmonics_overlap_where_k_is_large(self) -> None:
        """From K of about 2.2 the third harmonic begins below the end of the first; the higher ones long before."""
        made = tuning.curves(RING, 35.0, 45.0, 2.3)
        low, high = made.light.energy_ev[0].min(axis=-1), made.light.energy_ev[0].max(axis=-1)

        assert (low[1:] < high[:-1]).all()

    def test_third_generation_and_new_rings_have_their_order_of_magnitude(self) -> None:
        made = tuning.curves(RING, 18.0, 111.0, 1.68)
        diamond_like = Electrons(3, 0.3, 123e-6, 24.2e-6, 3.5e-6, 2.3e-6, 9.6e-4)

        assert 4e21 < made.light.brilliance.max() < 1e22
        assert 5e19 < tuning.curves(diamond_like, 23, 87, 1.9).light.brilliance.max() < 1e21

    def test_the_envelope_is_the_highest_curve_and_unknown_beyond_all(self) -> None:
        made = self.made()
        energies, values = made.light.energy_ev.reshape(16, -1), made.light.brilliance.reshape(16, -1)
        asked = np.geomspace(100, 4e5, 500)

        best, which = tuning.envelope(asked, energies, values)

        inside = (asked > energies.min()) & (asked < energies.max())
        assert np.isnan(best[asked < energies.min()]).all()
        assert (which[asked < energies.min()] == -1).all()
        assert np.nanmax(best) <= values.max() * (1 + 1e-12)
        for number in range(16):
            order = np.argsort(energies[number])
            within = inside & (asked >= energies[number].min()) & (asked <= energies[number].max())
            here = np.exp(np.interp(np.log(asked[within]), np.log(energies[number][order]), np.log(values[number][order])))
            assert (best[within] >= here * (1 - 1e-9)).all()

    def test_a_weak_device_goes_down_to_half_of_its_k(self) -> None:
        assert tuning.k_range(0.162)[0, 0, [0, -1]] == pytest.approx([0.162, 0.081])


def test_bends_scale() -> None:
    energy = np.geomspace(10, 2e5, 60)

    assert bends.bend_flux(energy, 3, 1.4, 0.6) == pytest.approx(2 * bends.bend_flux(energy, 3, 1.4, 0.3))
    # Half of the power lies above the critical energy
    y = np.geomspace(1e-7, 40, 20_001)
    power = bends.g1(y) / y  # photons per 0.1 % are photons dω/ω: power per dω is g1/y · y
    total = np.trapezoid(power * y, y)
    above = y >= 1
    assert np.trapezoid((power * y)[above], y[above]) / total == pytest.approx(0.5, abs=1e-3)


def test_the_brilliance_of_a_bend_has_its_order_of_magnitude() -> None:
    value = float(bends.bend_brilliance(10_000, 3, 1.4, 0.3, 60e-6, 20e-6, 3e-6))

    assert 1e15 < value < 1e17
    assert value > float(bends.bend_brilliance(10_000, 3, 1.4, 0.3, 60e-6, 20e-6, 100e-6))


def test_a_wiggler_is_the_sum_of_its_poles_in_phase_space() -> None:
    """The density of rays at the origin of phase space at the middle, from covariances instead of the sizes of the formula."""
    energy, gev, field, period, periods = 20_000.0, 3.0, 1.74, 80.0, 12.0
    size_x, slope_x, size_y, slope_y = 130e-6, 48e-6, 8e-6, 5e-6
    fan, dense = float(bends.bend_flux(energy, gev, field, 0.25)), float(bends.bend_per_solid_angle(energy, gev, field, 0.25))
    opening = fan / (np.sqrt(2 * np.pi) * dense) * 1e-3
    natural = 12.398_42e-7 / energy / (4 * np.pi * opening)
    aside = float(undulators.deflection_parameter(field, period)) * 0.08 / (2 * np.pi * float(undulators.lorentz_factor(gev)))
    expected = 0.0
    for pole in range(24):
        z = (pole - 11.5) * 0.04
        there = np.array([[size_y**2 + natural**2, 0.0], [0.0, slope_y**2]])  # electrons and the light's own size, at the waist
        angle = opening**2 * np.array([[z**2, -z], [-z, 1.0]])  # an angle taken on at z, traced back to the waist
        upright = 1 / (2 * np.pi * np.sqrt(np.linalg.det(there + angle)))
        across = np.sqrt(size_x**2 + natural**2 + (z * slope_x) ** 2)
        expected += fan * upright * np.exp(-(aside**2) / (2 * across**2)) / (np.sqrt(2 * np.pi) * across) * 1e-9

    value = float(bends.wiggler_brilliance(energy, gev, field, period, periods, 0.25, size_x, size_y, slope_x, slope_y))

    assert value == pytest.approx(expected, rel=1e-4)


@given(periods=st.integers(1, 60), period=st.floats(30, 200), gev=st.floats(1, 8), over=st.floats(0.05, 8))
def test_a_wiggler_is_never_brighter_than_its_poles_in_one_place(periods: int, period: float, gev: float, over: float) -> None:
    field = 1.5
    energy = np.array([over, over / 2]) * float(bends.critical_energy_ev(gev, field))
    sizes = (200e-6, 10e-6)

    value = bends.wiggler_brilliance(energy, gev, field, period, periods, 0.3, *sizes, 50e-6, 5e-6)
    poles = 2 * periods * bends.bend_brilliance(energy, gev, field, 0.3, *sizes, 5e-6)

    assert value.shape == (2,)
    assert np.all(value > 0)
    assert np.all(value <= poles * (1 + 1e-9))


def test_emittance_falls_with_the_cube_of_the_bends() -> None:
    assert rings.natural_emittance_m_rad(3, 140) / rings.natural_emittance_m_rad(3, 280) == pytest.approx(8)
    assert rings.natural_emittance_m_rad(6, 140) / rings.natural_emittance_m_rad(3, 140) == pytest.approx(4)


def test_a_better_beam_makes_a_shorter_laser() -> None:
    emittance = np.linspace(0.2e-6, 2e-6, 30)

    assert (np.diff(lasers.ming_xie(14, 5e3, emittance, 1.5, 40, 3.0, 32).gain_length_m) > 0).all()
    assert float(lasers.coherence_energy_ev(100e-15)) == pytest.approx(0.0182, rel=0.01)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: flux.on_axis(1.5, 2), "odd harmonics only"),
        (lambda: flux.on_axis(-1.0), "K must be 0 or more; -1 is not"),
        (lambda: undulators.photon_energy_ev(3, 0, 1), "period must be above 0"),
        (lambda: undulators.lorentz_factor(1e-5), "electron energy"),
        (lambda: undulators.field_from_gap_t(30, 20), "gap/period from 0.1 to 1"),
        (lambda: undulators.field_from_gap_t(5, 20, "wood"), "no fit “wood”"),
        (lambda: sizes.natural_size_m(1e-10, 2, "gauss"), "no convention “gauss”"),
        (lambda: sizes.coupled_emittances(1.0, 2.0), "between 0 and 1"),
        (lambda: tuning.k_range(0.0), "largest K"),
        (lambda: lasers.ming_xie(14, -1, 1e-6, 1, 40, 3, 30), "peak current"),
    ],
)  # fmt: skip
def test_what_has_no_meaning_is_refused_in_words(call, told: str) -> None:
    with pytest.raises(Unphysical, match=told):
        call()


def test_what_is_unknown_stays_unknown() -> None:
    light = brilliance.planar(Electrons(3, 0.3, [1e-5, np.nan], 1e-6, 1e-6, 1e-6), 20, 100, 1.5)

    assert np.isfinite(light.flux).all()
    assert np.isnan(light.brilliance).tolist() == [False, True]
