# SPDX-FileCopyrightText: The Hearth authors
# SPDX-License-Identifier: LGPL-3.0-or-later
"""How an asyncio service asks Hearth nodes for language profiles, without depending on any of them.

    async with HearthClient(
        ["http://10.0.0.5:8080", "http://10.0.0.6:8080"],
        token=os.environ["HEARTH_TOKEN"],
        fallback=load_profile_from_database,
    ) as hearth:
        profile = await hearth.profile("ana", create=True)

A node that does not answer within the timeout is passed over, and tried again a second later. When none answers, a
profile is read by the fallback: the service's own query, as it was before there was a cache. So no node is a single
point of failure. Needs aiohttp; one client serves a whole process (it keeps a pool of connections), one event loop.
"""

from __future__ import annotations

import asyncio
import dataclasses
import time
from typing import Any, Awaitable, Callable, Sequence
from urllib.parse import quote

import aiohttp

Profile = dict[str, Any]
Fallback = Callable[[str], Awaitable["Profile | None"]]


class HearthError(Exception):
    """A node answered that it cannot do that; `status` and `detail` say why."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class HearthUnavailable(Exception):
    """No node answered, and there was nothing to fall back on."""


@dataclasses.dataclass
class _Node:
    url: str
    rest_until: float = 0.0  # on the monotonic clock: not asked before, unless no other is left


class HearthClient:
    def __init__(
        self,
        nodes: Sequence[str],
        *,
        token: str | None = None,
        timeout: float = 0.3,
        connections: int = 100,
        rest: float = 1.0,
        fallback: Fallback | None = None,
    ) -> None:
        """timeout: seconds for one answer of one node. rest: for how long a node that failed is passed over."""
        if not nodes:
            raise ValueError("at least one node is needed")
        self._nodes = [_Node(url.rstrip("/")) for url in nodes]
        self._token = token
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._connections = connections
        self._rest = rest
        self._fallback = fallback
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "HearthClient":
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._connections),
            timeout=self._timeout,
            headers=headers,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    # ---- profiles

    async def profile(self, identity: str, *, create: bool = False) -> Profile | None:
        """The profile, or None when there is none. create: make the default one then (English)."""
        path = f"/api/v1/profiles/{quote(identity, safe='')}" + ("?create=true" if create else "")
        try:
            return await self._ask("GET", path, repeats=True)
        except HearthError as error:
            if error.status == 404:
                return None
            if self._fallback is None or error.status < 500:
                raise
        except HearthUnavailable:
            if self._fallback is None:
                raise
        return await self._fallback(identity)

    async def create_profile(self, identity: str, language: str, **fields: Any) -> Profile:
        body = {"user_identity": identity, "native_language": language, **fields}
        return await self._ask("POST", "/api/v1/profiles/", body)

    async def change_profile(self, identity: str, **fields: Any) -> Profile:
        return await self._ask("PUT", f"/api/v1/profiles/{quote(identity, safe='')}", fields, repeats=True)

    async def change_voice(self, identity: str, voice_id: str) -> Profile:
        path = f"/api/v1/profiles/{quote(identity, safe='')}/voice"
        return await self._ask("PUT", path, {"voice_avatar_id": voice_id}, repeats=True)

    # ---- the journey: room, token, agent

    async def create_room(self, host: str, **fields: Any) -> dict[str, Any]:
        return await self._ask("POST", "/api/v1/rooms/", {"host_identity": host, **fields})

    async def join_token(self, identity: str, room_name: str, **fields: Any) -> dict[str, Any]:
        body = {"user_identity": identity, "room_name": room_name, **fields}
        return await self._ask("POST", "/api/v1/rooms/tokens/", body, repeats=True)

    async def start_agent(self, identity: str, room_name: str) -> dict[str, Any]:
        body = {"user_identity": identity, "room_name": room_name}
        return await self._ask("POST", "/api/v1/agents/", body, repeats=True)

    # ---- the cache itself

    async def cache_stats(self) -> dict[str, Any]:
        return (await self._ask("GET", "/api/v1/rooms/cache/stats", repeats=True))["cache_stats"]

    async def cleanup(self) -> dict[str, Any]:
        return await self._ask("POST", "/api/v1/rooms/cache/cleanup", repeats=True)

    # ---- how it asks

    def _in_order(self) -> list[_Node]:
        """Those that are well first, each group in the order given."""
        now = time.monotonic()
        return sorted(self._nodes, key=lambda node: node.rest_until > now)

    async def _ask(self, method: str, path: str, body: Any = None, *, repeats: bool = False) -> Any:
        """repeats: the request may reach two nodes, because doing it twice is as good as once."""
        failure: Exception | None = None
        for node in self._in_order():
            try:
                return await self._ask_node(node, method, path, body)
            except HearthError as error:
                if error.status != 503:
                    raise
                failure = error  # this one cannot now; nothing was done
            except aiohttp.ClientConnectorError as error:
                failure = error  # nothing was sent
            except (aiohttp.ClientError, asyncio.TimeoutError) as error:
                failure = error
                if not repeats:
                    node.rest_until = time.monotonic() + self._rest
                    raise HearthUnavailable(f"{node.url} did not answer; whether it was done is not known") from error
            node.rest_until = time.monotonic() + self._rest
        if isinstance(failure, HearthError):
            raise failure
        raise HearthUnavailable("no node answered") from failure

    async def _ask_node(self, node: _Node, method: str, path: str, body: Any) -> Any:
        assert self._session is not None, "use it as a context manager"
        async with self._session.request(method, node.url + path, json=body, allow_redirects=False) as answer:
            content = await answer.json(content_type=None)
            if answer.status >= 400:
                raise HearthError(answer.status, content.get("detail", answer.reason))
            return content
