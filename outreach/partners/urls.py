"""The partners' own pages, under a language. Each stands beneath its agency, so that one door judges them all."""

from django.urls import include, path

from outreach.partners import logo_views, paper_views, people_views, presenter_views, views

of_agency = [
    path("", views.agency, name="partner-agency"),
    path("texts/", views.texts, name="partner-texts"),
    path("contacts/new/", views.new_contact, name="partner-contact-new"),
    path("contacts/<uuid:contact>/", views.contact, name="partner-contact"),
    path("changes/<uuid:proposal>/withdraw/", views.withdraw, name="partner-proposal-withdraw"),
    path("logos/", logo_views.logos, name="partner-logos"),
    path("logos/new/", logo_views.new_logo, name="partner-logo-new"),
    path("logos/<uuid:logo>.png", logo_views.picture, name="partner-logo-picture"),
    path("logos/<uuid:logo>/retire/", logo_views.retire, name="partner-logo-retire"),
    path("presenters/", presenter_views.presenters, name="partner-presenters"),
    path("presenters/new/", presenter_views.new_presenter, name="partner-presenter-new"),
    path("presenters/<uuid:presenter>/", presenter_views.presenter, name="partner-presenter"),
    path("presenters/<uuid:presenter>/remind/", presenter_views.remind, name="partner-presenter-remind"),
    path("presenters/<uuid:presenter>/retire/", presenter_views.retire, name="partner-presenter-retire"),
    path("agreements/", paper_views.agreements, name="partner-agreements"),
    path("agreements/<uuid:agreement>/paper/", paper_views.paper, name="partner-agreement-paper"),
    path("agreements/<uuid:agreement>/answer/", paper_views.answer, name="partner-agreement-answer"),
    path("january/", paper_views.season, name="partner-season"),
    path("january/<int:year>/", paper_views.answer_season, name="partner-season-answer"),
    path("people/", people_views.people, name="partner-people"),
    path("people/new/", people_views.invite, name="partner-invite"),
    path("people/invited/<uuid:invitation>/withdraw/", people_views.withdraw, name="partner-invitation-withdraw"),
    path("people/<uuid:person>/end/", people_views.end, name="partner-person-end"),
]
urlpatterns = [
    path("partner/", views.home, name="partner-home"),
    path("partner/<uuid:agency>/", include(of_agency)),
]
