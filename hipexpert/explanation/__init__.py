"""Answers about an assessment as plain data: how, why not, what if, compared with what, what is left."""
