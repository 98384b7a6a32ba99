"""Speed, measured as ratios in one run. ``python -m tests.bench`` prints and writes RESULTS.md."""
