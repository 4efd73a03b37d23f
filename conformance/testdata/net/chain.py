"""A company's proxy: the next hop of a proxy that is told of it. It speaks CONNECT alone, at port
3128 for everybody and at 3129 for `user:secret`, and finds names in names.json by itself, without
asking the resolver. A request is one line of the log: `proxy PORT TARGET STATUS`."""
import base64
import json
import socket
import socketserver
import threading

from talk import Server

_OPEN, _CLOSED = 3128, 3129
_LOGIN = 'Basic ' + base64.b64encode(b'user:secret').decode()


def _pour(one, other):
    try:
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Proxy(socketserver.StreamRequestHandler):
    rbufsize = 0

    def handle(self):
        port = self.connection.getsockname()[1]
        method, target, _ = self.rfile.readline().decode('latin-1').split(' ')
        fields = {}
        while line := self.rfile.readline().decode('latin-1').strip():
            name, value = line.split(':', 1)
            fields[name.lower()] = value.strip()
        host, asked_port = target.rsplit(':', 1)
        status = '200 Connected'
        if method != 'CONNECT':
            status = '405 Method Not Allowed'
        elif port == _CLOSED and fields.get('proxy-authorization') != _LOGIN:
            status = '407 Proxy Authentication Required'
        self.server.log.note(f'proxy {port} {target} {status.split()[0]}')
        other = None
        if status.startswith('200'):
            with open(self.server.names, encoding='utf-8') as file:
                addresses = json.load(file).get(host, [host])
            other = socket.create_connection((addresses[0], int(asked_port)), 8)
        self.wfile.write(f'HTTP/1.1 {status}\r\n'.encode())
        self.wfile.write(b'\r\n' if other else b'Content-Length: 0\r\nConnection: close\r\n\r\n')
        if other is None:
            return
        with other:
            back = threading.Thread(target=_pour, args=(other, self.connection), daemon=True)
            back.start()
            _pour(self.connection, other)
            back.join()


def serve(names, log):
    for port in (_OPEN, _CLOSED):
        server = Server(('::', port), Proxy)
        server.log, server.names = log, names
        threading.Thread(target=server.serve_forever, daemon=True).start()
