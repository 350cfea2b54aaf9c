"""The rows, by subject. Each benchmark takes a `Bench` and returns its rows."""
