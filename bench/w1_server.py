"""The server of W1 over HTTP, in two processes: prints where it listens, serves until SIGTERM."""

import json
import sys

from api.server import Listening, serve
from engine.settings import Settings

PROCESSES = 2


def tell(told: Listening) -> None:
    print(json.dumps({"token": told.token, "url": told.url}))
    sys.stdout.flush()


def main() -> None:
    given = json.loads(sys.argv[1])
    settings = Settings.read(database=given["url"], data=given["data"])
    serve(settings, host="127.0.0.1", port=0, threads=8, announce=tell, processes=PROCESSES)


if __name__ == "__main__":
    main()
