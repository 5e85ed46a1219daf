"""What stands before anybody acts: tables, geography, streams, firms, acquaintances, candidate pairs."""
