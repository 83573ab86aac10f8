# SPDX-FileCopyrightText: The Hearth authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real hearthd on a port of its own, for the tests in Python."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

OPERATOR = "operator-0123456789"
TOKENS = {
    "viewer": "viewer-0123456789",
    "support": "support-0123456789",
    "service": "service-0123456789",
    "operator": OPERATOR,
}
LONGEST_START = 60.0  # seconds; these machines stall


class Hearthd:
    def __init__(self, *arguments: str, **environment: str) -> None:
        self._home = tempfile.TemporaryDirectory(prefix="hearth-python-")
        known = {key: value for key, value in os.environ.items() if not key.startswith(("HEARTH", "CACHE", "DATABASE"))}
        known |= {
            "HOME": self._home.name,
            "XDG_DATA_HOME": self._home.name,
            "XDG_CONFIG_HOME": self._home.name,
            "HEARTH_TOKENS": ",".join(f"{role}/{role}-name:{token}" for role, token in TOKENS.items()),
            "LIVEKIT_URL": "ws://127.0.0.1:7880",
            "LIVEKIT_API_KEY": "key",
            "LIVEKIT_API_SECRET": "a-secret-of-thirty-two-characters",
        } | environment
        self._program = subprocess.Popen(
            [os.environ["HEARTHD_PROGRAM"], "--listen", "127.0.0.1:0", *(arguments or ("--sample",))],
            env=known,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        line = self._program.stdout.readline().strip()
        if not line.startswith("listening on "):
            raise RuntimeError(f"hearthd did not start: {line!r}")
        self.url = line.removeprefix("listening on ")

    def wait_until_ready(self) -> "Hearthd":
        deadline = time.monotonic() + LONGEST_START
        while self.ask("GET", "/readyz", token=None)[0] != 200:
            if time.monotonic() > deadline:
                raise RuntimeError("hearthd is not ready")
            time.sleep(0.05)
        return self

    def ask(self, method, path, body=None, *, token=OPERATOR, headers=None):
        """Returns: status, the document (or the text), and the headers."""
        request = urllib.request.Request(self.url + path, method=method, headers=dict(headers or {}))
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        if body is not None:
            request.data = body if isinstance(body, bytes) else json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                status, text, given = answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            status, text, given = error.code, error.read(), error.headers
        if given.get_content_type().endswith("json"):
            return status, json.loads(text), given
        return status, text.decode(), given

    def pause(self) -> None:
        self._program.send_signal(signal.SIGSTOP)

    def kill(self) -> None:
        self._program.kill()
        self._program.wait()

    def close(self) -> None:
        if self._program.poll() is None:
            self._program.send_signal(signal.SIGCONT)
            self._program.terminate()
            try:
                self._program.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
        self._program.stdout.close()
        self._home.cleanup()
