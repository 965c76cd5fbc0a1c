"""A consultation: which question comes next, what an answer means, and how it is put. No I/O."""
