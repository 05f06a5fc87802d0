"""Computes golden values: see Golden/README.md for the format, generate.py for the command."""
