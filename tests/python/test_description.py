# SPDX-FileCopyrightText: The Hearth authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every answer of a real hearthd is described in /openapi.json: each route, each status, each field."""

import time
import unittest
from urllib.parse import quote

import jsonschema
from hearthd import TOKENS, Hearthd



def closed(node):
    """The same document, but an object has no members beside those that are described."""
    if isinstance(node, list):
        return [closed(part) for part in node]
    if not isinstance(node, dict):
        return node
    result = {key: closed(part) for key, part in node.items()}
    if node.get("type") == "object" and "properties" in node:
        result.setdefault("additionalProperties", False)
    return result


class Description:
    def __init__(self, document: dict) -> None:
        document = closed(document)
        self.document = document
        self._resolver = jsonschema.RefResolver.from_schema(document)
        self.operations = {
            (method.upper(), path): operation
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        }

    def check(self, method: str, template: str, status: int, body, headers) -> None:
        operation = self.operations[(method, template)]
        responses = operation["responses"]
        where = f"{method} {template} {status}"
        if str(status) not in responses:
            raise AssertionError(f"{where} is not described; it answered {body}")
        response = responses[str(status)]
        if "$ref" in response:
            response = self._resolver.resolve(response["$ref"])[1]
        kind = headers.get_content_type()
        if kind not in response["content"]:
            raise AssertionError(f"{where}: the type {kind} is not described")
        for name in response.get("headers", {}):
            if name not in headers:
                raise AssertionError(f"{where}: the header {name} is described, but missing")
        schema = response["content"][kind]["schema"]
        validator = jsonschema.Draft202012Validator(
            schema, resolver=self._resolver, format_checker=jsonschema.FormatChecker()
        )
        for problem in validator.iter_errors(body):
            raise AssertionError(f"{where}: {'/'.join(map(str, problem.absolute_path))}: {problem.message}")


class DescriptionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.node = Hearthd()
        cls.addClassCleanup(cls.node.close)
        cls.node.wait_until_ready()
        cls.description = Description(cls.node.ask("GET", "/openapi.json")[1])

    def ask(self, method: str, template: str, expected: int, body=None, *, query="", token="operator", **given):
        path = template
        for name, value in given.items():
            path = path.replace("{" + name + "}", quote(value, safe=""))
        status, answer, headers = self.node.ask(method, path + query, body, token=TOKENS.get(token))
        self.description.check(method, template, status, answer, headers)
        self.assertEqual(status, expected, answer)
        self.seen.add((method, template, str(status)))
        return answer

    def profiles(self) -> None:
        v = "/api/v1/profiles"
        self.ask("POST", v, 201, {"user_identity": "ana", "native_language": "es"})
        self.ask("POST", v, 409, {"user_identity": "ana", "native_language": "es"})
        self.ask("POST", v, 422, {"user_identity": "ben", "native_language": "tlh"})
        self.ask("POST", v, 400, {"user_identity": "ben"})
        self.ask("GET", v + "/{id}", 200, id="ana")
        self.ask("GET", v + "/{id}", 404, id="nobody")
        self.ask("GET", v + "/{id}", 400, id="a\nb")
        self.ask("GET", v + "/{id}", 200, id="chi", query="?create=true")
        self.ask("GET", v + "/{id}", 401, id="ana", token=None)
        self.ask("GET", v + "/{id}", 403, id="ana", token="support")
        self.ask("PUT", v + "/{id}", 200, {"formal_tone": True}, id="ana")
        self.ask("PUT", v + "/{id}", 404, {"formal_tone": True}, id="nobody")
        self.ask("PUT", v + "/{id}", 422, {"native_language": "tlh"}, id="ana")
        self.ask("PUT", v + "/{id}/voice", 200, {"voice_avatar_id": "aura-2-celeste-es"}, id="ana")
        self.ask("PUT", v + "/{id}/voice", 422, {"voice_avatar_id": "no such voice"}, id="ana")

    def rooms(self) -> None:
        v = "/api/v1/rooms"
        room = self.ask("POST", v, 200, {"host_identity": "ana", "room_type": "translation"})["room"]
        self.ask("POST", v, 400, {})
        self.ask("POST", v, 422, {"host_identity": "ana", "room_type": "cinema"})
        self.ask("GET", v, 200)
        self.ask("GET", v + "/{room_id}", 200, room_id=room["room_id"])
        self.ask("GET", v + "/{room_id}", 404, room_id="nowhere")
        wish = {"user_identity": "ben", "room_name": room["room_name"]}
        self.ask("POST", v + "/tokens", 200, {**wish, "user_metadata": {"name": "Ben"}})
        self.ask("POST", v + "/tokens", 422, {**wish, "ttl_seconds": 30000})
        self.ask("POST", "/api/v1/agents", 200, wish)
        self.ask("DELETE", v + "/{room_id}", 200, room_id=room["room_id"])
        self.ask("DELETE", v + "/{room_id}", 404, room_id=room["room_id"])

    def entries(self) -> None:
        v = "/api/v1/cache"
        self.ask("GET", v + "/entries", 200, query="?limit=2&sort=hits&order=desc")
        page = self.ask("GET", v + "/entries", 200, query="?limit=1", token="support")
        self.ask("GET", v + "/entries", 200, query="?limit=1&cursor=" + quote(page["next_cursor"]), token="support")
        self.ask("GET", v + "/entries", 200, query="?limit=1&offset=1&max_age=2")
        self.ask("GET", v + "/entries", 400, query="?limit=many")
        self.ask("GET", v + "/entries/{id}", 200, id="ana")
        self.ask("GET", v + "/entries/{id}", 200, id="ana", token="support")
        self.ask("GET", v + "/entries/{id}", 200, id="ana", query="?compare=true")
        self.ask("GET", v + "/entries/{id}", 200, id="nobody", query="?compare=true")
        self.ask("GET", v + "/entries/{id}", 200, id="ana", query="?reveal=ticket%204711", token="support")
        self.ask("GET", v + "/entries/{id}", 404, id="nobody")
        self.ask("POST", v + "/entries/{id}/expire", 200, id="ana")
        self.ask("POST", v + "/entries/{id}/refresh", 200, id="ana")
        self.ask("POST", v + "/expire", 200, {"user_identities": ["ana", "ben"], "dry_run": True})
        undo = self.ask("POST", v + "/expire", 200, {"filter": {"search": "a"}})["undo_id"]
        self.ask("POST", v + "/expire/{undo_id}/undo", 200, undo_id=undo)
        self.ask("POST", v + "/expire/{undo_id}/undo", 404, undo_id=undo)
        self.ask("DELETE", v + "/entries/{id}", 200, id="ana")
        self.ask("DELETE", v + "/entries/{id}", 404, id="ana")
        self.ask("POST", v + "/erase/{id}", 200, id="ana")

    def warm_up(self) -> None:
        v = "/api/v1"
        self.ask("POST", v + "/cache/warm", 200, {"recent": 5, "dry_run": True})
        self.ask("POST", v + "/cache/warm", 400, {"recent": 0})
        for wish in ({"recent": 50}, {"language": "es"}, {"active_rooms": True}, {"user_identities": ["ben", "zzz"]}):
            job = self.ask("POST", v + "/cache/warm", 202, wish)["job_id"]
            deadline = time.monotonic() + 60
            while self.ask("GET", v + "/jobs/{job_id}", 200, job_id=job)["state"] == "running":
                self.assertLess(time.monotonic(), deadline, "a warm-up does not end")
                time.sleep(0.02)
        self.ask("GET", v + "/jobs/{job_id}", 404, job_id="99999")
        self.ask("DELETE", v + "/jobs/{job_id}", 200, job_id=job)

    def the_node(self) -> None:
        v = "/api/v1"
        self.ask("GET", "/livez", 200)
        self.ask("GET", "/readyz", 200)
        self.ask("GET", "/metrics", 200)
        self.ask("GET", "/openapi.json", 200, token="viewer")
        self.ask("GET", v + "/node", 200)
        self.ask("GET", v + "/rooms/cache/stats", 200, token="viewer")
        self.ask("POST", v + "/rooms/cache/cleanup", 200)
        self.ask("GET", v + "/config", 200, token="viewer")
        self.ask("PATCH", v + "/config", 200, {"ttl_seconds": 900})
        self.ask("PATCH", v + "/config", 422, {"ttl_seconds": 0})
        self.ask("PATCH", v + "/config", 400, {"ttl": 9})
        self.ask("GET", v + "/samples", 200, query="?since=0&limit=3&step=2")
        for token in ("viewer", "support", "operator"):
            self.ask("GET", v + "/events", 200, token=token)
        self.ask("GET", v + "/events", 200, query="?user=ana&kind=cached&since=0&limit=3")

    def test_every_route_and_field_is_described(self) -> None:
        self.seen = set()
        self.profiles()
        self.rooms()
        self.entries()
        self.warm_up()
        self.the_node()
        asked = {(method, template) for method, template, _ in self.seen}
        self.assertEqual(set(self.description.operations) - asked, set(), "described, but nobody asked")
        answered = {key for key in self.seen if key[2].startswith("2")}
        for (method, template), operation in self.description.operations.items():
            for status in operation["responses"]:
                if status.startswith("2"):
                    self.assertIn((method, template, status), answered, "described, but never answered so")

    def test_what_is_not_described_is_noticed(self) -> None:
        headers = self.node.ask("GET", "/livez", token=None)[2]
        with self.assertRaises(AssertionError):
            self.description.check("GET", "/livez", 200, {"status": "ok", "secret": 1}, headers)
        with self.assertRaises(AssertionError):
            self.description.check("GET", "/livez", 418, {"status": "ok"}, headers)


if __name__ == "__main__":
    unittest.main()
