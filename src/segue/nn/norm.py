"""The root-mean-square norm (Zhang and Sennrich 2019), in the type of what it norms."""

from torch import Tensor, nn
from torch.nn import functional as F


class RMSNorm(nn.RMSNorm):
    """torch's, but for weights that follow the input to bfloat16.

    Under autocast torch leaves them in float32, says that it cannot fuse the two, and takes twice
    as long.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Normed over the last axis; shape and type of `x`."""
        return F.rms_norm(x, tuple(self.normalized_shape), self.weight.to(x.dtype), self.eps)
