"""What a centre spends its hours on: visibility, screening, brokerage, and gathering of small streams."""
