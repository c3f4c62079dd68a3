"""The server process of W1 over HTTP: prints where it listens, then serves until SIGTERM."""

import json
import signal
import sys

from api.server import listening
from engine.settings import Settings


def main() -> None:
    given = json.loads(sys.argv[1])
    settings = Settings.read(database=given["url"], data=given["data"])
    with listening(settings, host="127.0.0.1", port=0) as (server, told):
        signal.signal(signal.SIGTERM, lambda *_: server.stop())
        print(json.dumps({"token": told.token, "url": told.url}))
        sys.stdout.flush()
        server.run()


if __name__ == "__main__":
    main()
