"""Parts of `benchmark.py` and `growth.py`: made calls, terms, measured processes, tables and plots."""
