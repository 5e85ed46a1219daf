"""What result files say: measures of runs and twins, estimates, contrasts, counts."""
