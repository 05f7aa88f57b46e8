"""Reading personas."""

from ryorin.marketing.personas.queries.behind import people_behind
from ryorin.marketing.personas.queries.paper import pdf_of
from ryorin.marketing.personas.queries.portrait import Line, Part, personas_of, portrait, quotes_for

__all__ = ["Line", "Part", "pdf_of", "people_behind", "personas_of", "portrait", "quotes_for"]
