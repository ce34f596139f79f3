"""Articles, quotes and speakers that are kept, in SQLite or PostgreSQL. ``docs/store.md`` is its page for users."""
