"""For those who keep a knowledge base: what its cases try out, what a change moves, what they would miss."""
