"""An assessment as text, Markdown or HTML.

:mod:`hipexpert.report.view` turns an assessment into display words, :mod:`hipexpert.report.render`
puts them into templates. Only the latter needs Jinja2.
"""
