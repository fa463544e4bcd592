"""Pytest plugins that a run asks for by ``-p tests.plugins.<name>``."""
