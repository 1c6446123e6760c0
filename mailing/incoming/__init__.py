"""What comes back to the letters we sent: answers, reports of undelivered ones, absences, wishes to hear no more."""
