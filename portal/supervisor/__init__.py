"""The embedded process tree: broker, web, worker and scheduler under one parent.

Nothing to install and nothing left behind: Ctrl-C stops all in seconds, and a parent
that is killed takes every process with it. This room knows processes, not the portal's data.
"""
