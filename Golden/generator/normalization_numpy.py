"""Local response normalization from its formula, in NumPy: the second implementation.

    y_i = a_i / S_i^β          S_i = k + s · Σ a_j²   over the j in the window of i
    ∂L/∂a_i = g_i · S_i^-β − 2·s·β·a_i · Σ g_j·a_j·S_j^(-β-1)   over the j whose window holds i

A window is a row of a 0/1 matrix, so the two sums are a matrix and its transpose.
"""

import numpy as np

# convention: (is α divided by the size of the window?, taps before i, taps after i) for size n
ACROSS = {
    "paper": (False, lambda n: (n // 2, (n - 1) // 2)),
    "source2012": (True, lambda n: (n // 2, (n - 1) // 2)),
    "caffe": (True, lambda n: (n // 2, n // 2)),  # odd n only
    "pytorch": (True, lambda n: (n // 2, (n - 1) // 2)),
    "tensorflow": (False, lambda n: (n // 2, n // 2)),
    "onnx": (True, lambda n: ((n - 1) // 2, n // 2)),
    "onednn": (True, lambda n: ((n - 1) // 2, (n - 1) // 2)),
}
# convention: taps before and after i for size n; all but `paper` divide α by n²
WITHIN = {
    "paper": lambda n: (n // 2, (n - 1) // 2),
    "source2012": lambda n: (n // 2, (n - 1) // 2),
    "caffe": lambda n: ((n - 1) // 2, (n - 1) // 2),  # odd n only
    "onednn": lambda n: ((n - 1) // 2, (n - 1) // 2),
}


def band(size: int, before: int, after: int) -> np.ndarray:
    """size×size, 1 where column j lies in the clipped window of row i."""
    i, j = np.ogrid[:size, :size]
    return ((j >= i - before) & (j <= i + after)).astype(np.float64)


def normalize(a, gradient, sums, transposed, s, k, beta):
    """y and ∂L/∂a, given the window sum and its transpose as functions."""
    scale = k + s * sums(a * a)
    y = a * scale**-beta
    spread = transposed(gradient * a * scale ** (-beta - 1))
    return y, gradient * scale**-beta - 2 * s * beta * a * spread


def across_channels(a, gradient, n, k, alpha, beta, convention, groups):
    """N×C×H×W, the window along C within each of `groups` equal ranges of channels."""
    divided, taps = ACROSS[convention]
    if convention == "caffe" and n % 2 == 0:
        raise ValueError("Caffe's window has an odd size")
    size = a.shape[1] // groups
    window = np.kron(np.eye(groups), band(size, *taps(n)))
    return normalize(
        a,
        gradient,
        lambda v: np.einsum("cj,njhw->nchw", window, v),
        lambda v: np.einsum("jc,njhw->nchw", window, v),
        alpha / n if divided else alpha,
        k,
        beta,
    )


def within_channel(a, gradient, n, k, alpha, beta, convention):
    """N×C×H×W, an n×n window over the plane, clipped to it."""
    if convention == "caffe" and n % 2 == 0:
        raise ValueError("Caffe's window has an odd size")
    rows = band(a.shape[2], *WITHIN[convention](n))
    columns = band(a.shape[3], *WITHIN[convention](n))
    return normalize(
        a,
        gradient,
        lambda v: rows @ v @ columns.T,
        lambda v: rows.T @ v @ columns,
        alpha if convention == "paper" else alpha / n**2,
        k,
        beta,
    )
