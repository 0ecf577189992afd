"""A Hearth server that a test starts, kills and starts again."""

import os
import signal
import socket
import subprocess
import time


class Server:
    """The server as its own process, with the same port and data folder before and after a restart."""

    def __init__(self, binary, data):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.binary, self.data, self.process = os.path.abspath(binary), data, None
        self.origin = f"http://127.0.0.1:{self.port}"

    def start(self):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("HEARTH_")}
        listen = f"127.0.0.1:{self.port}"
        with open(os.path.join(self.data, "server.log"), "ab") as log:
            self.process = subprocess.Popen(
                [self.binary, "--data", self.data, "--listen", listen],
                env=environment, cwd=self.data, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self.process.poll() is None, "the server ended: see server.log"
                assert time.monotonic() < deadline, "the server doesn't listen"
                time.sleep(0.02)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
