"""What stages a lesson and serves nothing else: props that no analyst would look for."""
