"""How many examples a property gets."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

_CI = settings.get_profile("ci").max_examples


def effort(examples: int) -> settings:
    """So many examples in CI, and as many times more as another profile has: --hypothesis-profile=nightly."""
    return settings(
        max_examples=examples * settings.default.max_examples // _CI,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
