"""Annotating files and folders: ``reading`` brings articles in, ``run`` annotates them, ``writing`` puts them out."""
