"""Scoring of predicted quotes against gold quotes, and the report that a person reads."""
