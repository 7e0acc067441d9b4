"""Settings that all tests share: few examples; many by `--hypothesis-profile thorough`."""

from hypothesis import settings

# No deadline: machines are busy, and no test times a single example.
settings.register_profile("quick", deadline=None, max_examples=40)
settings.register_profile("thorough", deadline=None, max_examples=2000)
settings.load_profile("quick")
