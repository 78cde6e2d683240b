"""Measurements that take long or need texts of your own: ``python -m benchmarks --help``."""
