"""What Schemathesis cannot know of the contract: how to come by a token, and how to come by another one when it has ended.

An applicant's token is made by the client, and begun by a request. Staff sign in by a one-time link, which the server's command line
makes. A partner's token is in a link that staff make. Fuzzing ends all three (it erases applications, signs out, takes links back),
so each is kept until a request with it is refused, and then made anew.
"""

import base64
import itertools
import os
import secrets
import subprocess

import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase

HEADER = ParameterLocation.HEADER

BASE = os.environ["OPENCALL_ORIGIN"]
SERVER = os.environ["OPENCALL_SERVER"]
DATA = os.environ["OPENCALL_DATA"]
PROGRAMMES = os.environ["OPENCALL_PROGRAMMES"]
PROGRAMME = "fuzzed"
PARTNER = "acme"
COOKIE = "opencall_staff"


def made_up_token():
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()


def begun_token():
    token = made_up_token()
    reply = requests.post(
        f"{BASE}/api/v1/programmes/{PROGRAMME}/applications",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": secrets.token_hex(8)},
        json={"answers": {}, "locale": "en"},
        timeout=10,
    )
    assert reply.status_code == 201, reply.text
    furnish(token)
    return token


# What the application that is worked on has, for calls that would otherwise ask for what there is not.
KNOWN = {}


def furnish(token):
    """A file, whole, and a submission: so that there is something to be read, moved and taken away."""
    content = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    headers = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
    begun = requests.post(
        f"{BASE}/api/v1/application/files",
        headers=headers | {"Upload-Length": str(len(content)), "Upload-Metadata": metadata(("deck", "deck.pdf"))},
        timeout=10,
    )
    assert begun.status_code == 201, begun.text
    sent = requests.patch(
        BASE + begun.headers["Location"],
        headers=headers | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
        data=content,
        timeout=10,
    )
    assert sent.status_code == 204, sent.text
    receipt = requests.post(
        f"{BASE}/api/v1/application/submit",
        headers={"Authorization": f"Bearer {token}", "If-Match": "*", "Idempotency-Key": secrets.token_hex(8)},
        timeout=10,
    )
    # What was begun at random may have answers in the way.
    if receipt.status_code == 200:
        KNOWN["reference"] = receipt.json()["reference"]
        KNOWN["file"] = begun.headers["Location"].rsplit("/", 1)[1]


def signed_in():
    command = [SERVER, "invite", "--data", DATA, "--programmes", PROGRAMMES, "--role", "organiser", "--name", "Keeper"]
    made = subprocess.run(command, capture_output=True, text=True, check=True)
    secret = made.stdout.strip().split("#")[1]
    reply = requests.post(
        f"{BASE}/api/v1/staff/session",
        headers={"Opencall-Staff": "1"},
        json={"secret": secret},
        timeout=10,
    )
    assert reply.status_code == 201, reply.text
    return reply.cookies[COOKIE]


def as_staff(path, body):
    """A call of the staff's own, with the session that is worked with, or another one where that has ended."""
    for _ in range(2):
        reply = requests.post(
            f"{BASE}/api/v1/staff/{path}",
            headers={"Opencall-Staff": "1"},
            cookies={COOKIE: STAFF.get()},
            json=body,
            timeout=10,
        )
        if reply.status_code in (200, 201):
            return reply.json()
        STAFF.secret = None
    raise AssertionError(reply.text)


def partner_token():
    return as_staff(f"programmes/{PROGRAMME}/partners/{PARTNER}/link", {})["link"].split("#")[1]


class Kept:
    """A secret that is made when it is needed, and again when it has ended."""

    def __init__(self, make):
        self.make = make
        self.secret = None

    def get(self):
        if self.secret is None:
            self.secret = self.make()
        return self.secret

    def ended(self, secret):
        if secret == self.secret:
            self.secret = None


APPLICANT = Kept(begun_token)
PARTNERS = Kept(partner_token)
STAFF = Kept(signed_in)


def scheme(operation):
    """The security scheme of an operation, if it has one."""
    needs = operation.definition.raw.get("security") or []
    return next((name for need in needs for name in need), None)


def with_scheme(name):
    return lambda ctx: scheme(ctx.operation) == name


def bearer(secret):
    return f"Bearer {secret}"


@schemathesis.auth(refresh_interval=None).apply_to(with_scheme("applicant"))
class ApplicantAuth:
    def get(self, case, ctx):
        # One that is known only gives the application there is; what is begun here is gone on with below.
        if case.operation.definition.raw["operationId"] == "beginApplication":
            return made_up_token()
        return APPLICANT.get()

    def set(self, case, data, ctx):
        case.headers["Authorization"] = bearer(data)


@schemathesis.auth(refresh_interval=None).apply_to(with_scheme("partner"))
class PartnerAuth:
    def get(self, case, ctx):
        return PARTNERS.get()

    def set(self, case, data, ctx):
        case.headers["Authorization"] = bearer(data)


@schemathesis.auth(refresh_interval=None).apply_to(with_scheme("staff"))
class StaffAuth:
    def get(self, case, ctx):
        return STAFF.get()

    def set(self, case, data, ctx):
        case.cookies[COOKIE] = data


def sent(response):
    """The secret that a request was sent with."""
    return (response.request.headers.get("Authorization") or "").removeprefix("Bearer ")


KEYS = set()
CALLS = itertools.count()


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """Steers what is right, so that it gets somewhere. A key that another request had by chance would only ever be told so (422): such a
    one gets an ending of its own."""
    if case.meta is not None and case.meta.generation.mode.is_positive and case.meta.phase.name != TestPhase.STATEFUL:
        aim(case)
    if case.meta is not None and case.meta.is_negative_at(HEADER):
        return
    headers = case.headers or {}
    key = headers.get("Idempotency-Key")
    if isinstance(key, str):
        key = key.strip('"')
        if key in KEYS:
            key = f"{key[:200]}-{len(KEYS)}"
            headers["Idempotency-Key"] = key
        KEYS.add(key)
    # Most lengths are too large for any field: half of them become small enough, so that uploads begin.
    length = str(headers.get("Upload-Length", ""))
    if length.isdigit() and int(length) % 2 == 1:
        headers["Upload-Length"] = str(int(length) % 5_000)


def aim(case):
    """Every other one is about what there is, as it is: else nothing but the ways to be refused would be tried."""
    number = next(CALLS)
    if number % 2 == 0:
        return
    name = case.operation.definition.raw["operationId"]
    if name == "moveApplications" and "reference" in KNOWN:
        seen = {"reference": KNOWN["reference"], "status": "submitted"}
        case.body = case.body | {"to": "in_review", "dry_run": False, "applications": [seen]}
    elif name in ("readLink", "signIn"):
        invited = as_staff("invitations", {"role": "viewer", "name": "Grace"})
        case.body = case.body | {"secret": invited["link"].split("#")[1]}
    elif name in ("extendApplication", "extendProgramme"):
        case.body = case.body | {"deadline": f"{2091 + number % 7_000}-01-01T00:00:00Z"}
    elif name in ("changeView", "removeView"):
        view = {"name": f"View {number}", "query": "", "shared": False}
        KNOWN["view"] = as_staff(f"programmes/{PROGRAMME}/views", view)["id"]
    elif name == "undoMove":
        begun_token()
        seen = {"reference": KNOWN["reference"], "status": "submitted"}
        KNOWN["move"] = as_staff(f"programmes/{PROGRAMME}/moves", {"to": "in_review", "applications": [seen]})["id"]
    for name in set(KNOWN) & set(case.path_parameters or {}):
        case.path_parameters[name] = KNOWN[name]
    if case.headers and "If-Match" in case.headers:
        case.headers["If-Match"] = "*"


# What replies name that later calls can be about, by the path's parameter: the calls that do.
NAMED = {"makePersonLink": "invitation", "invite": "invitation"}


@schemathesis.hook
def after_call(ctx, case, response):
    name = case.operation.definition.raw["operationId"]
    status = response.status_code
    if name in NAMED and status in (200, 201) and response.json().get("id"):
        KNOWN[NAMED[name]] = response.json()["id"]
    if name == "listPeople" and status == 200:
        KNOWN["person"] = response.json()[-1]["id"]
    secret = sent(response)
    if name == "beginApplication" and status == 201:
        APPLICANT.secret = secret
        furnish(secret)
    elif name == "replaceToken" and status == 200 and secret == APPLICANT.secret:
        APPLICANT.secret = case.body["token"]
    elif name == "eraseApplication" and status == 204:
        APPLICANT.ended(secret)
    elif status == 401:
        APPLICANT.ended(secret)
        PARTNERS.ended(secret)
    # Signed out, or no longer an organiser.
    if scheme(case.operation) == "staff" and (status in (401, 403) or name == "signOut"):
        STAFF.ended(case.cookies.get(COOKIE) if case.cookies else None)


def metadata(pair):
    field, name = (base64.b64encode(text.encode()).decode() for text in pair)
    return f"field {field},filename {name}"


schemathesis.openapi.format(
    "upload-metadata",
    st.tuples(
        st.sampled_from(["deck", "film", "team/0/photo", "none"]),
        st.sampled_from(["deck.pdf", "film.mp4", "\u0440\u0435\u0447\u044c.pdf", "deck.exe", "x"]),
    ).map(metadata),
)

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")


@schemathesis.deserializer("application/pdf", "video/mp4", "application/vnd.opencall.rows", "text/event-stream", "text/csv")
def as_it_is(ctx, response):
    """Bytes in a form of their own: what the contract says of them in JSON Schema is nothing, or that they are text."""
    return response.content.decode("latin-1")
