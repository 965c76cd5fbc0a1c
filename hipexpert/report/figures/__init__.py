"""Pictures of a case and of a knowledge base: graphs, waterfalls, timelines.

Each picture is worked out here in whole numbers, with its own layout and its own idea of how wide a
letter is, so that it has the same bytes on any machine; the templates only draw it.
"""
