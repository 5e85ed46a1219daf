"""The report: one page of HTML, written from a result folder, that answers on its first sheet what people ask."""
