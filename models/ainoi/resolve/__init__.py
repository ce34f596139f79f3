"""From mentions in an article to known speakers."""
