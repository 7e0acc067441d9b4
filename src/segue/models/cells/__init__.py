"""The VAE of cells: a few numbers for what one part plays in one bar, and back."""
