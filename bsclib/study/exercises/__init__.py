"""The exercises of the lessons: what is right from Python, what is said from the texts beside it."""
