"""What the demo company's customers are worth, computed from what they bought."""

from ryorin.marketing.value.actions import compute_daily


def value_customers() -> None:
    """This function will compute the values of people and companies; history must hold their orders."""
    compute_daily()
