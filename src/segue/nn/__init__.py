"""Building blocks in torch that know nothing of music."""
