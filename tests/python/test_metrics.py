# SPDX-FileCopyrightText: The Hearth authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""/metrics as Prometheus reads it: promtool finds nothing to say, and no label names a person."""

import subprocess
import unittest

from hearthd import Hearthd


def complaints(text: str) -> str:
    found = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=60)
    return found.stdout + found.stderr


class MetricsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.node = Hearthd()
        cls.addClassCleanup(cls.node.close)
        cls.node.wait_until_ready()

    def test_promtool_has_nothing_to_say(self) -> None:
        for user in ("ana", "ben", "ana"):
            self.node.ask("GET", f"/api/v1/profiles/{user}-who-is-nowhere?create=true")
        status, text, headers = self.node.ask("GET", "/metrics")
        self.assertEqual(status, 200)
        self.assertEqual(headers.get_content_type(), "text/plain")
        self.assertIn("hearth_", text)
        self.assertEqual(complaints(text), "")
        self.assertNotIn("who-is-nowhere", text)

    def test_promtool_would_have(self) -> None:
        self.assertNotEqual(complaints("# TYPE hits counter\nhits 1\n"), "")


if __name__ == "__main__":
    unittest.main()
