"""Prepares a Kinto for the tests as docs/records.md says: the organiser's account, then setup.json in one batch.

usage: kinto.py URL SETUP PASSWORD [new]   (new: the account has to be made, because the storage is memory)
"""
import base64
import json
import sys
import urllib.request

url, setup, password, *new = sys.argv[1:]
credentials = base64.b64encode(f"admin:{password}".encode()).decode()


def send(method, path, body):
    request = urllib.request.Request(
        url + path,
        json.dumps(body).encode(),
        {"authorization": "Basic " + credentials, "content-type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=20) as reply:
        return json.load(reply)


if new:
    send("PUT", "/accounts/admin", {"data": {"password": password}})
with open(setup, encoding="utf-8") as file:
    replies = send("POST", "/batch", json.load(file))["responses"]
refused = [reply for reply in replies if reply["status"] > 299]
if refused:
    sys.exit(f"Kinto refused: {refused}")
