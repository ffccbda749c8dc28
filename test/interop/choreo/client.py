"""A client component in Python, with only the standard library; called like the one in Go.

Python reads a key only from a file, so a key from a variable is in a temporary file while it is read.
"""

import os
import ssl
import socket
import sys
import tempfile
from http.client import HTTPResponse
from urllib.parse import urlsplit


def mounted(variable):
    path = os.environ.get(variable)
    return path and os.path.join(os.environ["ROOT"], path.lstrip("/"))


def load_pair(context):
    certificate, key = mounted("CERT_FILE_PATH"), mounted("KEY_FILE_PATH")
    if certificate and key:
        context.load_cert_chain(certificate, key)
        return
    pair = [os.environ.get(variable) for variable in ("TLS_CERT", "TLS_KEY")]
    if None in pair:
        return
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("".join(pair))
        file.flush()
        context.load_cert_chain(file.name)


def main(path, variable):
    url = urlsplit(os.environ[variable])
    context = ssl.create_default_context(
        cafile=mounted("CA_CERT_FILE_PATH"), cadata=os.environ.get("TLS_CA_CERT")
    )
    context.verify_flags |= ssl.VERIFY_X509_STRICT  # the default since Python 3.13
    load_pair(context)
    host, port = os.environ["RESOLVE"].split(":")
    with socket.create_connection((host, int(port)), timeout=20) as plain:
        with context.wrap_socket(plain, server_hostname=url.hostname) as connection:
            target = url.path.rstrip("/") + path
            head = f"GET {target} HTTP/1.1\r\nHost: {url.netloc}\r\nConnection: close\r\n\r\n"
            connection.sendall(head.encode())
            response = HTTPResponse(connection)
            response.begin()
            print(response.read().decode(), end="")
            return 0 if response.status == 200 else 1


try:
    sys.exit(main(*sys.argv[1:]))
except OSError as error:
    sys.exit(str(error))
