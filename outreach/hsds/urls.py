"""Addresses of the directory, as the standard's API names them: without a slash at the end."""

from django.urls import path

from outreach.hsds import views

urlpatterns = [
    path("hsds/v3/", views.about, name="hsds"),
    path("hsds/v3/organizations", views.organizations, name="hsds-organizations"),
    path("hsds/v3/organizations/<uuid:uid>", views.organization, name="hsds-organization"),
    path("hsds/v3/services", views.services, name="hsds-services"),
    path("hsds/v3/services/<uuid:uid>", views.service, name="hsds-service"),
]
