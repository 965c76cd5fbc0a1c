"""The knowledge base: model, files, checks."""
