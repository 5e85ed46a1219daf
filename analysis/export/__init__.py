"""A result in files people open: CSV for programs, CSV for a Danish spreadsheet, or a workbook."""
