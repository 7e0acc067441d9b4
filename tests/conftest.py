"""Settings that all tests share: few examples; many by `--hypothesis-profile thorough`."""

from hypothesis import HealthCheck, settings

# No deadline and no complaint of slow data: machines are busy, and no test times one example.
_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The quick examples are the same in every run, so that a clone passes or fails for all alike.
settings.register_profile("quick", parent=_PATIENT, max_examples=40, derandomize=True)
settings.register_profile("thorough", parent=_PATIENT, max_examples=2000)
settings.load_profile("quick")
