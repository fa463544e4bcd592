"""Papers of the school pack, and the page on which a school says what must be there."""

from django.urls import path

from outreach.seminars import pack_views

urlpatterns = [
    path("seminars/asked/<uuid:uid>/conditions/", pack_views.school_conditions, name="request-conditions"),
    path("seminars/asked/<uuid:uid>/pack/<slug:part>.<slug:language>.pdf", pack_views.paper, name="request-paper"),
    path("presenting/<uuid:key>/pack/<uuid:seminar>.<slug:language>.pdf", pack_views.brief, name="presenter-brief"),
]
