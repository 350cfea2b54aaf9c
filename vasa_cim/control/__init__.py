"""The operator's channel: commands to a running provider over a Unix socket in its data directory."""
