"""Public pages of the channels."""

from django.urls import path

from outreach.channels import views

urlpatterns = [path("lines/check/<str:token>/", views.channel_check, name="channel-check")]
