"""Prepares a Directus for the tests: setup.mjs as docs/records.md says, and the organiser's account.

usage: directus.py URL ADMINISTRATOR PASSWORD ACCOUNT ACCOUNT_PASSWORD SETUP
"""
import json
import os
import subprocess
import sys
import urllib.request

url, administrator, password, account, account_password, setup = sys.argv[1:]


def post(path, body, token=None):
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(url + path, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.load(reply)["data"]


token = post("/auth/login", {"email": administrator, "password": password})["access_token"]
said = subprocess.run(
    ["node", setup, url], env=os.environ | {"DIRECTUS_TOKEN": token}, check=True, capture_output=True, text=True, timeout=300
).stdout
role = said[said.rindex("(") + 1 : said.rindex(")")]
post("/users", {"email": account, "password": account_password, "role": role, "status": "active"}, token)
