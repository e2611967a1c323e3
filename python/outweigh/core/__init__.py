"""What every part shares: tables in and out, results, typed errors, arguments, progress and plots."""
