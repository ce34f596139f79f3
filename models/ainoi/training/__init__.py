"""Training of the network from gold quotes."""
