"""Platform modules: what knows arrays. `engine` is common to all; `smis` is SMI-S knowledge; the rest are adapters."""
