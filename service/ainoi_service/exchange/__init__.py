"""Quotes on their way out and back in: one converter a file. ``docs/exchange.md`` describes the formats for users."""
