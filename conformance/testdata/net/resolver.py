"""The resolver outside: answers what names.json says at the moment.

    "a.test": ["198.51.100.10", "2001:db8::10"]   its addresses
    "b.test": {"turns": [["198.51.100.10"], []]}  one answer after the other; then the last
    "c.test": {"cname": "a.test"}                 another name's addresses, by an alias
    "d.test": "silent"                            no answer, ever

Every other name does not exist. Every question is one line of the log: `asked NAME TYPE`."""
import ipaddress
import json
import socket
import struct
import threading

_A, _CNAME, _AAAA = 1, 5, 28
_TYPES = {_A: 'A', _AAAA: 'AAAA', _CNAME: 'CNAME'}


def _read_name(message, at):
    labels = []
    while message[at]:
        labels.append(message[at + 1:at + 1 + message[at]].decode('latin-1'))
        at += 1 + message[at]
    return '.'.join(labels).lower(), at + 1


def _write_name(name):
    return b''.join(bytes([len(l)]) + l.encode('latin-1') for l in name.split('.') if l) + b'\0'


def _record(owner, kind, data):
    return owner + struct.pack('!HHIH', kind, 1, 0, len(data)) + data


class Zone:
    def __init__(self, path, log):
        self._path, self._log = path, log
        self._turns = {}
        self._lock = threading.Lock()

    def answer(self, message):
        """None: say nothing."""
        name, end = _read_name(message, 12)
        kind = struct.unpack('!H', message[end:end + 2])[0]
        self._log.note(f'asked {name} {_TYPES.get(kind, kind)}')
        with open(self._path) as file:
            names = json.load(file)
        question = message[12:end + 4]
        if name not in names:
            return message[:2] + struct.pack('!HHHHH', 0x8183, 1, 0, 0, 0) + question
        owner, records, entry = b'\xc0\x0c', [], names[name]
        if entry == 'silent':
            return None
        if isinstance(entry, dict) and 'cname' in entry:
            target = _write_name(entry['cname'])
            records.append(_record(owner, _CNAME, target))
            owner, entry = target, names.get(entry['cname'], [])
        if isinstance(entry, dict):
            entry = self._turn(name, kind, entry['turns'])
        for text in entry:
            address = ipaddress.ip_address(text)
            if kind == (_A if address.version == 4 else _AAAA):
                records.append(_record(owner, kind, address.packed))
        head = message[:2] + struct.pack('!HHHHH', 0x8180, 1, len(records), 0, 0)
        return head + question + b''.join(records)

    def _turn(self, name, kind, turns):
        with self._lock:
            count = self._turns.get((name, kind), 0)
            self._turns[(name, kind)] = count + 1
        return turns[min(count, len(turns) - 1)]


def _serve_udp(zone, sock):
    while True:
        message, peer = sock.recvfrom(4096)
        answer = zone.answer(message)
        if answer is not None:
            sock.sendto(answer, peer)


def _serve_tcp(zone, listener):
    while True:
        peer, _ = listener.accept()
        with peer, peer.makefile('rb') as reader:
            while length := reader.read(2):
                answer = zone.answer(reader.read(int.from_bytes(length, 'big')))
                if answer is not None:
                    peer.sendall(struct.pack('!H', len(answer)) + answer)


def serve(path, log):
    zone = Zone(path, log)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(('127.0.0.1', 53))
    tcp = socket.create_server(('127.0.0.1', 53))
    threading.Thread(target=_serve_udp, args=(zone, udp), daemon=True).start()
    threading.Thread(target=_serve_tcp, args=(zone, tcp), daemon=True).start()
