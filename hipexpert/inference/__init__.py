"""From a case to an assessment: facts, rules, firing, weighing."""
