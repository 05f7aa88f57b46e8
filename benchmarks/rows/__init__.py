"""The rows of the table, by name: each measures one kind of work and returns one or more results."""

from benchmarks.bench import Row
from benchmarks.rows import (
    approaching,
    collecting,
    documents,
    forecasting,
    growing,
    history,
    importing,
    mailing,
    mailing_words,
    pages,
    segmenting,
    starting,
    travelling,
    valuing,
)

ROWS: dict[str, Row] = {
    "start": starting.start,
    "list": pages.newest_people,
    "search": pages.search,
    "filter": pages.filtered_people,
    "board": pages.deal_board,
    "forecast": forecasting.forecast_of_a_quarter,
    "person": pages.person_page,
    "calling": approaching.next_person,
    "create": pages.create_people,
    "growth": growing.growth,
    "kpi": history.kpi_board,
    "segment": history.segment,
    "segment-live": segmenting.follow,
    "journey": travelling.travel,
    "score": history.scores,
    "batch": history.batch,
    "collect": collecting.collect,
    "import": importing.import_people,
    "lifetime": valuing.lifetime,
    "mail-render": mailing_words.render,
    "mailing": mailing.mailing,
    "quotation": documents.quotation_pdf,
}
