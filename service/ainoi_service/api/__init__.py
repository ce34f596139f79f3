"""The REST interface: a router for each resource. ``docs/api.md`` describes it for users."""
