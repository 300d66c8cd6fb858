"""Prepares a PocketBase for the tests: the organiser's account, made by a superuser as one does in the dashboard. Then sees that passwords
cannot be guessed at will, and takes the limits away, since tests ask more often than people.

usage: pocketbase.py URL SUPERUSER PASSWORD ACCOUNT ACCOUNT_PASSWORD
"""
import json
import sys
import urllib.error
import urllib.request

url, superuser, password, account, account_password = sys.argv[1:]


def send(method, path, body, token=None):
    headers = {"content-type": "application/json"} | ({"authorization": token} if token else {})
    request = urllib.request.Request(url + path, json.dumps(body).encode(), headers, method=method)
    with urllib.request.urlopen(request, timeout=20) as reply:
        return json.load(reply)


def guess():
    """The status of signing in with a wrong password."""
    try:
        send("POST", "/api/collections/staff/auth-with-password", {"identity": account, "password": "a guess"})
    except urllib.error.HTTPError as refused:
        return refused.code


token = send("POST", "/api/collections/_superusers/auth-with-password", {"identity": superuser, "password": password})["token"]
staff = {"email": account, "password": account_password, "passwordConfirm": account_password}
send("POST", "/api/collections/staff/records", staff, token)
statuses = [guess() for _ in range(12)]
if statuses[0] != 400 or statuses[-1] != 429:
    sys.exit(f"PocketBase lets guess: {statuses}")
send("PATCH", "/api/settings", {"rateLimits": {"enabled": False}}, token)
