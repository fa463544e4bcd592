"""Who came: the door, its tickets, and what comes after: feedback, certificates, a report."""
