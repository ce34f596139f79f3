"""Annotating archives: ``reading`` brings articles in, an engine annotates them (``annotating``, ``processes``,
``ray_engine``), and ``run``, ``shards`` and ``storing`` put them out."""
