"""What a result folder holds: the ledger of its runs, tables, seals, and files that appear whole or not at all."""
