"""What ``scripts/benchmark.py`` measures, one section a module; each returns a small value that knows its rows."""
