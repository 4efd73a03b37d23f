"""Servers of other protocols: one that speaks first, as databases and mail servers do, an echo,
and ssh. A connection is one line of the log: `talk ADDRESS:PORT …`, `ssh ADDRESS:PORT`."""
import os
import socket
import socketserver
import subprocess
import threading

from web import place_of


class Database(socketserver.StreamRequestHandler):
    """Greets before it was told anything, and then answers lines."""

    def handle(self):
        place = place_of(self.connection)
        self.server.log.note(f'talk {place} greets')
        self.wfile.write(b'220 database ready\n')
        for line in self.rfile:
            self.server.log.note(f'talk {place} {line.decode("latin-1").strip()}')
            self.wfile.write(b'row ' + line)


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        self.server.log.note(f'talk {place_of(self.request)} echoes')
        while data := self.request.recv(65536):
            self.request.sendall(data)


class Ssh(socketserver.BaseRequestHandler):
    """One sshd for each connection, as the ordinary user, so that no privilege is needed."""

    def handle(self):
        self.server.log.note(f'ssh {place_of(self.request)}')
        self.server.shelves.repository()
        subprocess.run(self.server.sshd, stdin=self.request, stdout=self.request,
                       stderr=subprocess.DEVNULL, check=False)


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 512
    address_family = socket.AF_INET6
    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()

    def handle_error(self, request, client_address):
        pass


_CONFIGURATION = """
HostKey {0}/ssh/host
AuthorizedKeysFile {0}/ssh/client.pub
StrictModes no
UsePAM no
PasswordAuthentication no
PidFile none
SetEnv GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0=*
"""


def _sshd(directory, as_user):
    """ssh/client is the key that may log in as `tester`; ssh/known_hosts vouches for git.test."""
    place = directory + '/ssh'
    os.makedirs(place)
    os.chmod(place, 0o777)  # the user's, too
    for key in ('host', 'client'):
        subprocess.run([*as_user, 'ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f',
                        f'{place}/{key}'], check=True, capture_output=True)
    with open(f'{place}/host.pub') as public:
        key = public.read()
    with open(f'{place}/known_hosts', 'w') as known:
        known.write('git.test ' + key)
    with open(f'{place}/config', 'w') as configuration:
        configuration.write(_CONFIGURATION.format(directory))
    return [*as_user, '/usr/sbin/sshd', '-i', '-e', '-f', f'{place}/config']


def serve(directory, shelves, as_user, log):
    sshd = _sshd(directory, as_user)
    for port, handler in ((5432, Database), (25, Database), (7, Echo), (22, Ssh)):
        server = Server(('::', port), handler)
        server.log, server.sshd, server.shelves = log, sshd, shelves
        threading.Thread(target=server.serve_forever, daemon=True).start()
