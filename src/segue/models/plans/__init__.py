"""Plans: the latents of all cells of some bars, drawn together by diffusion, before any note."""
