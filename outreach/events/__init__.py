"""Public events: the list, a page each, its picture, its entry in calendars, and feeds.

Whatever is shown here starts from ``Seminar.objects.public()``: a seminar for students has no page, no picture, no
entry, and the answer to its address is the answer to an unknown one.
"""
