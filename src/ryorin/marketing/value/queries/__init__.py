"""Reading values: settings, computations, what pages show. (What needs arrays stands in `history`.)"""

from ryorin.marketing.value.queries.reading import (
    SUBJECT_COLUMNS,
    VALUES,
    day_of_values,
    newest_fit,
    picture,
    settings_now,
)

__all__ = ["SUBJECT_COLUMNS", "VALUES", "day_of_values", "newest_fit", "picture", "settings_now"]
