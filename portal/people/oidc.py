"""An office's own sign-in, by OpenID Connect: it opens accounts that are there and connected, and makes none.

What the library leaves open is closed here. A nonce ties the answer to this browser. The signature of the token is
always checked, by the issuer's keys and with none but asymmetric algorithms. Nothing but the token says who came: no
second source, no e-mail address. Whoever is unknown is told to sign in and to connect; an equal address connects
nothing. The token proves one factor: the second step follows as after a password.
"""

import hashlib
import secrets
from typing import Any, Final, cast

import jwt
import requests
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount import views as library
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.people import oidc_settings
from portal.people.account_pages import limited, private

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""How an issuer may sign: never with a secret that we know too, and never not at all."""
NONCE: Final = "office_nonce"
LEEWAY: Final = 60
"""Seconds by which the clocks may differ."""


class OfficeSession(OpenIDConnectOAuth2Adapter):
    """One conversation with the issuer."""

    def __init__(self, request: HttpRequest, provider_id: str = oidc_settings.PROVIDER) -> None:
        super().__init__(request, provider_id)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Where the issuer sends people back to: our public address, whatever host a request names."""
        return f"{settings.PUBLIC_ADDRESS}{reverse('office-answer')}"

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        """Who came, by the token alone. Raises ``OAuth2Error``."""
        said = str(kwargs["response"].get("id_token") or "")
        claims = self._claims(said, request.session.pop(NONCE, ""))
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims})

    def _claims(self, token: str, nonce: str) -> dict[str, Any]:
        config = self.openid_config
        if config.get("issuer", "").rstrip("/") != settings.OIDC["issuer"]:
            raise OAuth2Error("The issuer names itself otherwise.")
        try:
            header = jwt.get_unverified_header(token)
            key = self._key(str(config["jwks_uri"]), header)
            claims: dict[str, Any] = jwt.decode(
                token,
                key=key,
                algorithms=list(ALGORITHMS),
                audience=settings.OIDC["client_id"],
                issuer=config["issuer"],
                leeway=LEEWAY,
                options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
            )
        except (jwt.PyJWTError, KeyError, ValueError) as problem:
            raise OAuth2Error("The token is not one of the issuer's for us.") from problem
        client = settings.OIDC["client_id"]
        is_for_another = claims.get("azp", client) != client
        if is_for_another or not nonce or not secrets.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise OAuth2Error("The token answers another question.")
        return claims

    def _key(self, address: str, header: dict[str, Any]) -> Any:
        if header.get("alg") not in ALGORITHMS:
            raise OAuth2Error("The token is signed in no way that we take.")
        with OfficeAdapter(self.request).get_requests_session() as session:
            answer = session.get(address)
            answer.raise_for_status()
        for key in jwt.PyJWKSet.from_dict(answer.json()).keys:
            if key.key_id == header.get("kid"):
                return key.key
        raise OAuth2Error("The issuer has no such key.")


class Office(OpenIDConnectProvider):
    """The issuer that the settings name."""

    oauth2_adapter_class = OfficeSession
    pkce_enabled_default = True

    def get_pkce_params(self) -> dict[str, str]:
        """Always: an answer that was overheard is no use without what only we know."""
        from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge

        challenge: dict[str, str] = generate_code_challenge()
        return challenge

    def get_callback_url(self) -> str:
        """Our page for the answer."""
        return reverse("office-answer")

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        """Our page with the button."""
        return reverse("office-sign-in")

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Who it is, of this issuer: another one's number would be somebody else."""
        said = f"{settings.OIDC['issuer']}\n{data['id_token']['sub']}"
        return hashlib.sha256(said.encode()).hexdigest()

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        """None: an address says nothing of who may come in."""
        return []

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing of what the issuer tells of a person is kept, but who it is."""
        return {}


class OfficeAdapter(DefaultSocialAccountAdapter):
    """Who may come in by the office's sign-in."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Office:
        """The one that the settings name, whatever rows say."""
        if not oidc_settings.is_configured():
            raise Http404
        app = SocialApp(
            provider="openid_connect",
            provider_id=oidc_settings.PROVIDER,
            name=settings.OIDC["name"],
            client_id=settings.OIDC["client_id"],
            secret=settings.OIDC["client_secret"],
            settings={"server_url": settings.OIDC["issuer"]},
        )
        return Office(request, app=app)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nobody makes an account by it."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Whoever no account is connected with is told how to connect one; nothing is made or joined by itself."""
        if not sociallogin.is_existing and sociallogin.state.get("process") != AuthProcess.CONNECT:
            clear_login(request)
            messages.error(
                request,
                _(
                    "No account here is connected with your sign-in by %(office)s yet. Sign in with your password once, "
                    "and connect it under “How you sign in”."
                )
                % {"office": settings.OIDC["name"]},
            )
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        """The page that shows what is connected."""
        return reverse("socialaccount_connections")

    def get_requests_session(self) -> requests.Session:
        """Follows no redirect: what the issuer says of itself it says at its own address."""
        session: requests.Session = super().get_requests_session()
        session.max_redirects = 0
        return session


def _start(request: HttpRequest, process: str) -> HttpResponse:
    office = OfficeAdapter(request).get_provider(request, oidc_settings.PROVIDER)
    nonce = request.session[NONCE] = secrets.token_urlsafe(24)
    then = request.POST.get("next", "")
    is_ours = then.startswith("/") and not then.startswith(("//", "/\\"))
    try:
        response: HttpResponse = office.redirect(
            request, process, next_url=then if is_ours else None, auth_params={"nonce": nonce}
        )
    except (requests.RequestException, KeyError):
        return _failed(request)
    return response


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Leads to the issuer."""
    if not oidc_settings.is_configured():
        raise Http404
    return _start(request, AuthProcess.LOGIN)


@require_POST
@login_required
@reauthentication_required(app="allauth.mfa")
def connect(request: HttpRequest) -> HttpResponse:
    """Leads to the issuer, to connect it with the account that is signed in."""
    if not oidc_settings.is_configured():
        raise Http404
    return _start(request, AuthProcess.CONNECT)


@require_safe
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """A page with one button; it alone may send people to the issuer."""
    return _page(request, "socialaccount/login.html")


def _page(request: HttpRequest, template: str) -> HttpResponse:
    if not oidc_settings.is_configured():
        raise Http404
    response = render(request, template, {"office": oidc_settings.name(), "next": request.GET.get("next", "")})
    return cast(HttpResponse, _leads_to_the_issuer(response))


def _leads_to_the_issuer(response: HttpResponseBase) -> Any:
    """Browsers stop a form whose answer leads elsewhere, unless the policy of its page names the place."""
    response._csp_update = {"form-action": settings.OIDC["origins"]}  # type: ignore[attr-defined]
    return response


class Connections(library.ConnectionsView):
    """Whether the office's sign-in opens this account, and the buttons to change it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not oidc_settings.is_configured():
            raise Http404
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return cast(HttpResponseBase, _leads_to_the_issuer(response))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "office": oidc_settings.name()}


def answered(request: HttpRequest) -> HttpResponseBase:
    """Where the issuer sends people back to."""
    if not oidc_settings.is_configured():
        raise Http404
    try:
        response: HttpResponseBase = OAuth2CallbackView.adapter_view(OfficeSession(request))(request)
    except KeyError:  # the issuer's own description of itself, or its answer, lacks a part
        return _failed(request)
    return response


def _failed(request: HttpRequest) -> HttpResponse:
    return render(request, "socialaccount/authentication_error.html", status=502)


office_sign_in = private(sign_in_page)
office_start = private(limited(start))
office_connect = private(connect)
office_answer = private(answered)
connections = private(Connections.as_view())
cancelled = private(library.LoginCancelledView.as_view())
