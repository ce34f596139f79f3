"""Quotes that say the same: the variants of a quote, and whether somebody said what a claim says."""
