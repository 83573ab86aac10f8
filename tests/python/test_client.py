# SPDX-FileCopyrightText: The Hearth authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/python/hearth_client.py against real nodes."""

import unittest

from hearth_client import HearthClient, HearthError, HearthUnavailable
from hearthd import TOKENS, Hearthd

NOBODY = "http://127.0.0.1:9"  # nothing listens there
UNHURRIED = 30.0  # where the test is not about time


class ClientTest(unittest.IsolatedAsyncioTestCase):
    def start(self, *arguments: str) -> Hearthd:
        node = Hearthd(*arguments)
        self.addCleanup(node.close)
        return node.wait_until_ready()

    def client(self, *urls: str, **options) -> HearthClient:
        return HearthClient(urls, token=TOKENS["service"], **{"timeout": UNHURRIED, **options})

    async def own_query(self, identity: str):
        self.asked_itself = identity
        return {"user_identity": identity, "native_language": "yo"}

    async def test_a_journey(self) -> None:
        node = self.start()
        async with self.client(node.url) as hearth:
            self.assertIsNone(await hearth.profile("nobody/at all"))
            created = await hearth.create_profile("ana/1", "es")
            self.assertEqual(created["native_language"], "es")
            with self.assertRaises(HearthError) as refused:
                await hearth.create_profile("ana/1", "es")
            self.assertEqual(refused.exception.status, 409)
            self.assertEqual((await hearth.change_profile("ana/1", formal_tone=True))["native_language"], "es")
            changed = await hearth.profile("ana/1")
            self.assertTrue(changed["translation_preferences"]["formal_tone"])

            room = (await hearth.create_room("ana/1", room_type="translation"))["room"]
            self.assertEqual(room["max_participants"], 2)
            joined = await hearth.join_token("ben", room["room_name"])
            self.assertEqual(joined["user_profile"]["native_language"], "en")
            agent = await hearth.start_agent("ben", room["room_name"])
            self.assertTrue(agent["from_cache"])

            stats = await hearth.cache_stats()
            self.assertGreater(stats["hits"], 0)
            self.assertTrue((await hearth.cleanup())["success"])

    async def test_when_one_node_is_gone_the_other_answers(self) -> None:
        first, second = self.start(), self.start()
        async with self.client(first.url, second.url) as hearth:
            self.assertIsNotNone(await hearth.profile("ana", create=True))
            first.kill()
            for _ in range(3):
                self.assertIsNotNone(await hearth.profile("ben", create=True))
            status, entry, _ = second.ask("GET", "/api/v1/cache/entries/ben")
            self.assertEqual((status, entry["entry"]["hits"]), (200, 2))

    async def test_a_node_that_hangs_is_passed_over(self) -> None:
        hanging, second = self.start(), self.start()
        hanging.pause()
        async with self.client(hanging.url, second.url, timeout=0.3, rest=60) as hearth:
            for _ in range(20):  # the second may need its time, too
                try:
                    found = await hearth.profile("ana", create=True)
                    break
                except HearthUnavailable:
                    continue
            self.assertEqual(found["user_identity"], "ana")

    async def test_without_any_node_it_asks_itself(self) -> None:
        async with self.client(NOBODY, NOBODY + "/", fallback=self.own_query) as hearth:
            self.assertEqual((await hearth.profile("ana"))["native_language"], "yo")
            self.assertEqual(self.asked_itself, "ana")
            with self.assertRaises(HearthUnavailable):
                await hearth.create_room("ana")
        async with self.client(NOBODY) as hearth:
            with self.assertRaises(HearthUnavailable):
                await hearth.profile("ana")

    async def test_a_node_without_its_database_is_none(self) -> None:
        node = Hearthd("--database", "postgresql://nobody@127.0.0.1:9/nothing")
        self.addCleanup(node.close)
        async with self.client(node.url, fallback=self.own_query) as hearth:
            self.assertEqual((await hearth.profile("ana"))["native_language"], "yo")

    async def test_an_error_of_ours_is_told(self) -> None:
        node = self.start()
        async with self.client(node.url, fallback=self.own_query) as hearth:
            with self.assertRaises(HearthError) as refused:
                await hearth.create_profile("ana", "tlh")
            self.assertEqual(refused.exception.status, 422)
            self.assertIn("native_language", refused.exception.detail)


if __name__ == "__main__":
    unittest.main()
