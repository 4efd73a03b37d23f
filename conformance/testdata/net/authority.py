"""An authority for certificates and a certificate for every name of the tests, made afresh."""
import subprocess

NAMES = ['allowed.test', 'other.test', 'git.test', 'registry.test', 'apt.test', 'six.test',
         'both.test', 'alias.test', 'wild.test', 'sub.wild.test', 'asked.test', 'rebind.test']
ADDRESSES = ['198.51.100.10', '198.51.100.20', '127.0.0.1', '2001:db8::10', '::1']


def _openssl(directory, *words):
    subprocess.run(['openssl', *words], cwd=directory, check=True, capture_output=True)


def make(directory):
    """authority.pem, for clients; server.pem, key and certificate, for servers."""
    names = ','.join([f'DNS:{name}' for name in NAMES] + [f'IP:{a}' for a in ADDRESSES])
    with open(directory + '/names.ext', 'w') as file:
        file.write(f'subjectAltName={names}\nbasicConstraints=CA:FALSE\n')
    key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    _openssl(directory, 'req', '-x509', *key, '-keyout', 'authority.key', '-out', 'authority.pem',
             '-days', '2', '-subj', '/CN=Authority of a test')
    _openssl(directory, 'req', *key, '-keyout', 'server.key', '-out', 'server.csr', '-subj',
             '/CN=allowed.test')
    _openssl(directory, 'x509', '-req', '-in', 'server.csr', '-CA', 'authority.pem', '-CAkey',
             'authority.key', '-CAcreateserial', '-days', '2', '-extfile', 'names.ext', '-out',
             'server.crt')
