"""What a trainer works with: editions of the lessons, assignments to grade, what a class knows, a timetable."""
