"""The commands: each file here is one, named after it, and holds it as `command`."""
