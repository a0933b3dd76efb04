"""`python -m local`: the whole contact centre on http://127.0.0.1:PORT (8080), until Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import threading

from local.cloud import LocalCloud


def main() -> None:
    # Functions log to standard output, where scripts wait for one line.
    standard_output, sys.stdout = sys.stdout, sys.stderr
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    cloud = LocalCloud(port=int(os.environ.get("PORT", "8080")), demo=True).start()
    print(f"ready {cloud.url}", file=standard_output, flush=True)
    stopped.wait()
    cloud.stop()


if __name__ == "__main__":
    main()
