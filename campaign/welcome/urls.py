"""Pages of the front, under a language."""

from django.urls import path

from campaign.welcome import views

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("safety/", views.safety, name="safety"),
]
