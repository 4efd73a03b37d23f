"""HTTP on some ports, HTTPS on one, at every address of this world. A request is one line of the
log: `http ADDRESS:PORT METHOD TARGET host=… bytes=…`, a handshake `tls ADDRESS:PORT name=…`."""
import http.server
import os
import socket
import socketserver
import ssl
import subprocess
import threading

_HTTP_PORTS = [80, 8080, 9090, 18080, 28080]
_HTTPS_PORT = 443


def place_of(sock):
    host, port = sock.getsockname()[:2]
    host = host.removeprefix('::ffff:')
    return f'[{host}]:{port}' if ':' in host else f'{host}:{port}'


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True
    timeout = 60

    def do_any(self):
        body = self._body()
        self.server.log.note(f'http {place_of(self.connection)} {self.command} {self.path} '
                             f'host={self.headers.get("Host")} bytes={len(body)}')
        parts = self.path.split('/')
        if parts[1] == 'git':
            return self._git(body)
        if parts[1] == 'npm':
            document, archive = self.server.shelves.npm(self.headers.get('Host'))
            known = {'/npm/left-pad': document, '/npm/left-pad/-/left-pad-1.0.0.tgz': archive}
            return self._give(known.get(self.path))
        if parts[1] == 'apt':
            return self._give(self.server.shelves.apt(parts[-1]))
        if parts[1] == 'to':  # /to/other.test/path
            return self._give(b'', 302, {'Location': 'http://' + '/'.join(parts[2:])})
        if parts[1] == 'big':
            return self._give(b'x' * int(parts[2]))
        port = self.connection.getsockname()[1]
        return self._give(f'SBX-SERVER-OK port={port} path={self.path}\n'.encode())

    do_GET = do_POST = do_PUT = do_HEAD = do_OPTIONS = do_any

    def _body(self):
        if self.headers.get('Transfer-Encoding', '').lower() != 'chunked':
            return self.rfile.read(int(self.headers.get('Content-Length') or 0))
        body = b''
        while True:
            size = int(self.rfile.readline().split(b';')[0], 16)
            body += self.rfile.read(size)
            self.rfile.readline()
            if size == 0:
                return body

    def _give(self, body, status=200, headers=()):
        if body is None:
            body, status = b'not here\n', 404
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(body)

    def _git(self, body):
        path, _, query = self.path.removeprefix('/git').partition('?')
        environment = dict(
            os.environ, GIT_PROJECT_ROOT=self.server.shelves.repository(), GIT_HTTP_EXPORT_ALL='1',
            PATH_INFO=path, QUERY_STRING=query, REQUEST_METHOD=self.command, REMOTE_USER='tester',
            CONTENT_TYPE=self.headers.get('Content-Type', ''), CONTENT_LENGTH=str(len(body)),
            HTTP_CONTENT_ENCODING=self.headers.get('Content-Encoding', ''),
            GIT_PROTOCOL=self.headers.get('Git-Protocol', ''), GIT_CONFIG_COUNT='1',
            GIT_CONFIG_KEY_0='safe.directory', GIT_CONFIG_VALUE_0='*')
        made = subprocess.run(['git', 'http-backend'], input=body, env=environment,
                              capture_output=True, check=False)
        head, _, content = made.stdout.partition(b'\r\n\r\n')
        headers = dict(line.split(': ', 1) for line in head.decode().split('\r\n') if line)
        status = int(headers.pop('Status', '200').split()[0])
        self._give(content, status, headers)

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 512
    address_family = socket.AF_INET6

    def __init__(self, port, shelves, log, tls=None):
        self.shelves, self.log, self.tls = shelves, log, tls
        super().__init__(('::', port), Handler)

    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()

    def finish_request(self, request, client_address):
        if self.tls:  # in the connection's own thread: nobody else waits for a handshake
            place = place_of(request)
            self.tls_name.name = None
            request.settimeout(30)
            with self.tls.wrap_socket(request, server_side=True) as wrapped:
                self.log.note(f'tls {place} name={self.tls_name.name}')
                super().finish_request(wrapped, client_address)
        else:
            super().finish_request(request, client_address)

    tls_name = threading.local()

    def handle_error(self, request, client_address):
        pass


def serve(directory, shelves, log):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(directory + '/server.crt', directory + '/server.key')

    def remember(_, name, __):
        Server.tls_name.name = name

    tls.sni_callback = remember
    servers = [Server(port, shelves, log) for port in _HTTP_PORTS]
    servers.append(Server(_HTTPS_PORT, shelves, log, tls))
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
