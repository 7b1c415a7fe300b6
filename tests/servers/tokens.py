"""An authorisation server on loopback: it says whose token a token is."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class TokenServer:
    """Answers `GET /TOKEN` with its owner, or 401. `owners` may change at any time."""

    def __init__(self, owners: dict[str, str] | None = None) -> None:
        self.owners = dict(owners or {})
        answering = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # the name that http.server calls
                owner = answering.owners.get(self.path.lstrip("/"))
                body = json.dumps({"user": owner} if owner else {"error": "invalid_token"})
                self.send_response(200 if owner else 401)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                """Say nothing: the lines would hold tokens."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
