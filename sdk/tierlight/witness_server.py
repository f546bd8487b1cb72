"""A witness that logs come to: `POST /add-checkpoint` (c2sp.org/tlog-witness), and nothing else."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tierlight.errors import TierlightError
from tierlight.witnessing import Answer, Witness
from tierlight_schemas.log.witness import MAX_REQUEST_BYTES

SECONDS = 20
"""How long one request may take; whoever is slower is cut off."""


def serve(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """A server that listens; `serve_forever` answers. Put a proxy with TLS in front of it."""

    class Handler(BaseHTTPRequestHandler):
        timeout = SECONDS

        def do_POST(self) -> None:
            answer = self._answered()
            body = answer.body.encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _answered(self) -> Answer:
            length = self.headers.get("Content-Length", "")
            if self.path.rpartition("/")[2] != "add-checkpoint":
                return Answer(404, "log/request\n")
            if not length.isdecimal() or int(length[:9]) > MAX_REQUEST_BYTES:
                return Answer(400, "log/request\n")
            try:
                return witness.add_checkpoint(self.rfile.read(int(length)))
            except TierlightError as error:  # the memory cannot be used: cosign nothing
                return Answer(500, f"{error.code}\n")

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the memory holds what matters."""

    return ThreadingHTTPServer((host, port), Handler)
