"""The servers under load, each in a process of its own: one line of JSON on standard output says that it listens."""
