"""Who may ask the service and how often, whether it is up, and how it goes down."""
