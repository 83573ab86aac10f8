# SPDX-FileCopyrightText: The Hearth authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Join tokens of a real hearthd, as LiveKit's own verifier (npm's livekit-server-sdk) reads them."""

import json
import os
import pathlib
import subprocess
import unittest

from hearthd import Hearthd

KEY, SECRET = "key", "a-secret-of-thirty-two-characters"
HERE = pathlib.Path(__file__).parent
SDK = pathlib.Path(os.environ["LIVEKIT_SDK"])


def verified(token: str, secret: str = SECRET) -> subprocess.CompletedProcess:
    command = ["node", str(HERE / "verify_token.mjs"), KEY, secret]
    return subprocess.run(command, input=token, capture_output=True, text=True, timeout=60)


class LiveKitTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        if not (SDK / "node_modules" / "livekit-server-sdk").exists():
            SDK.mkdir(parents=True, exist_ok=True)
            install = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(SDK), "livekit-server-sdk@2"]
            subprocess.run(install, check=True, capture_output=True, timeout=150)
        cls.node = Hearthd()
        cls.addClassCleanup(cls.node.close)
        cls.node.wait_until_ready()

    def token(self, **wish) -> str:
        wish = {"user_identity": "ana", "room_name": "Meeting-1", **wish}
        status, answer, _ = self.node.ask("POST", "/api/v1/rooms/tokens/", wish)
        self.assertEqual(status, 200, answer)
        return answer["token"]

    def claims(self, **wish) -> dict:
        found = verified(self.token(**wish))
        self.assertEqual(found.returncode, 0, found.stderr)
        return json.loads(found.stdout)

    def test_it_says_who_may_what(self) -> None:
        metadata = {"name": "Ana", "note": '"},"video":{"roomAdmin":true}'}
        claims = self.claims(user_metadata=metadata, can_publish=False, ttl_seconds=60)
        self.assertEqual((claims["iss"], claims["sub"], claims["name"]), (KEY, "ana", "Ana"))
        self.assertEqual(json.loads(claims["metadata"])["note"], metadata["note"])
        self.assertEqual(claims["exp"] - claims["nbf"], 60)
        expected = {"room": "Meeting-1", "roomJoin": True, "canPublish": False, "canSubscribe": True, "canPublishData": False}
        self.assertEqual(claims["video"], expected)

    def test_another_secret_does_not_open_it(self) -> None:
        self.assertNotEqual(verified(self.token(), secret="another-secret-of-some-length-too").returncode, 0)


if __name__ == "__main__":
    unittest.main()
