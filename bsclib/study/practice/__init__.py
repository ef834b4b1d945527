"""Practise with the question bank: quizzes, mock exams, what is due again, and the bank for other programs."""
