"""How often the system is right on cases whose answer is known, and whether it is safe on the urgent ones.

``evaluate`` judges the cases; ``Evaluation`` gives the figures; ``masking`` hides answers at random.
"""

from hipexpert.evaluation.figures import Evaluation, evaluate
from hipexpert.evaluation.intervals import Share
from hipexpert.evaluation.outcome import Outcome

__all__ = ["Evaluation", "Outcome", "Share", "evaluate"]
