"""From the network's scores to spans and links, under hard constraints."""
