"""The trained network, as a Hugging Face model."""
