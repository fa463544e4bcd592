"""Public pages of events: the list, the page, feeds, pictures. Nothing of a seminar for students ever stands here."""
