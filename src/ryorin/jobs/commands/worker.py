import click

from ryorin.jobs.parents import end_with_parent
from ryorin.jobs.worker import work


@click.command()
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1, 64), help="Queued tasks done at once.")
def command(threads: int) -> None:
    """Do the background work until stopped."""
    end_with_parent()
    work(threads=threads)
