"""Stories run the installation that tests/jobs makes: its own folder, real processes."""

from tests.jobs.conftest import free_port, installation, make_installation, prepared

__all__ = ["free_port", "installation", "make_installation", "prepared"]
