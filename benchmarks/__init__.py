"""Measurements: ratios of CPU time, both sides taken in turn in the same run.

Run one from the checkout: ``python -m benchmarks.<name>``; each prints lines ``name: figure``.
"""
