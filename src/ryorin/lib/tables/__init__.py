"""Tables people upload and download: CSV, TSV and XLSX, read row by row whatever their size."""

from ryorin.lib.tables.errors import TableUnreadable
from ryorin.lib.tables.reading import open_table
from ryorin.lib.tables.rows import Row, Table
from ryorin.lib.tables.writing import csv_chunks, safe_cell, write_csv, write_xlsx

__all__ = ["Row", "Table", "TableUnreadable", "csv_chunks", "open_table", "safe_cell", "write_csv", "write_xlsx"]
