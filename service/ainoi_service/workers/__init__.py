"""The model's workers: processes that annotate, and the pool that decides who gets what, and who is turned away.

A thread cannot be killed, holds the interpreter's lock while it decodes, and takes the service along when it dies; so
the model runs in processes of its own. ``docs/serving.md`` tells how the pool behaves.
"""
