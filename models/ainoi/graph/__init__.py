"""The network read on a CPU: a graph for OpenVINO, and heads in NumPy. It needs neither PyTorch nor Transformers."""
