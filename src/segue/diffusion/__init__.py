"""Diffusion over sequences of latents: noise schedule, samplers, and a network that denoises.

Nothing here knows what the latents are of. The samplers are NumPy and ask a callable for the clean
latents; PyTorch is needed by `denoiser` alone.
"""
