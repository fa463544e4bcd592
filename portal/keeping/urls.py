"""Public pages of what is kept."""

from django.urls import path

from portal.keeping import views

urlpatterns = [
    path("keeping/", views.keeping, name="keeping"),
    path("your-data/", views.ask, name="your-data"),
    path("your-data/sent/", views.sent, name="your-data-sent"),
    path("your-data/<str:token>/", views.own, name="your-data-page"),
]
