"""Django's admin, with our site. Read before any model is, so the site is only named here."""

from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    """Makes it the default site."""

    default_site = "portal.people.site.WaypostAdminSite"
