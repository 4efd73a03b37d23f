"""What the servers have to give: a git repository, a package of npm and one of apt. Made when
somebody first asks."""
import base64
import gzip
import hashlib
import io
import json
import os
import subprocess
import tarfile
import threading


class Shelves:
    def __init__(self, directory):
        self.directory = directory
        self._lock = threading.Lock()

    def repository(self):
        """repositories/project.git, with one commit on `main`."""
        root = self.directory + '/repositories'
        with self._lock:
            if not os.path.exists(root):
                self._make_repository(root)
        return root

    def npm(self, host):
        """The registry's document of `left-pad`, and its archive."""
        with io.BytesIO() as out:
            with tarfile.open(fileobj=out, mode='w:gz') as archive:
                for name, text in (('package.json', '{"name":"left-pad","version":"1.0.0"}'),
                                   ('index.js', 'module.exports = "padded";\n')):
                    member = tarfile.TarInfo('package/' + name)
                    member.size = len(text)
                    archive.addfile(member, io.BytesIO(text.encode()))
            archive = out.getvalue()
        # gzip holds the time; one archive is enough for a document and what it leads to.
        with self._lock:
            self._archive = getattr(self, '_archive', archive)
            archive = self._archive
        digest = base64.b64encode(hashlib.sha512(archive).digest()).decode()
        version = {'name': 'left-pad', 'version': '1.0.0',
                   'dist': {'tarball': f'https://{host}/npm/left-pad/-/left-pad-1.0.0.tgz',
                            'integrity': 'sha512-' + digest}}
        document = {'name': 'left-pad', 'dist-tags': {'latest': '1.0.0'},
                    'versions': {'1.0.0': version}}
        return json.dumps(document).encode(), archive

    def apt(self, name):
        """A file of a flat repository; None if there is no such file."""
        root = self.directory + '/apt'
        with self._lock:
            if not os.path.exists(root):
                self._make_apt(root)
        path = f'{root}/{os.path.basename(name)}'
        if not os.path.isfile(path):
            return None
        with open(path, 'rb') as file:
            return file.read()

    def _make_repository(self, root):
        project = root + '/project.git'
        script = ('set -e; git init -q -b main --bare "$1"; cd "$1"; '
                  'git config http.receivepack true; '
                  'tree=$(printf "100644 blob %s\\tREADME" $(echo hello | git hash-object -w --stdin)'
                  ' | git mktree); '
                  'git update-ref refs/heads/main $(git -c user.name=n -c user.email=e@example.org '
                  'commit-tree -m first $tree); chmod -R a+rwX .')
        os.makedirs(root + '.new')
        subprocess.run(['/bin/sh', '-c', script, 'sh', root + '.new/project.git'], check=True,
                       capture_output=True)
        os.rename(root + '.new', root)
        return project

    def _make_apt(self, root):
        made = root + '.new/contents'
        os.makedirs(made + '/DEBIAN')
        with open(made + '/DEBIAN/control', 'w') as control:
            control.write('Package: greeting\nVersion: 1.0\nArchitecture: all\n'
                          'Maintainer: A Test <test@example.org>\nDescription: a greeting\n')
        subprocess.run(['dpkg-deb', '--build', '-Znone', made, root + '.new/greeting_1.0_all.deb'],
                       check=True, capture_output=True)
        with open(root + '.new/greeting_1.0_all.deb', 'rb') as file:
            package = file.read()
        index = ('Package: greeting\nVersion: 1.0\nArchitecture: all\n'
                 'Maintainer: A Test <test@example.org>\nDescription: a greeting\n'
                 f'Filename: ./greeting_1.0_all.deb\nSize: {len(package)}\n'
                 f'SHA256: {hashlib.sha256(package).hexdigest()}\n')
        with open(root + '.new/Packages', 'w') as file:
            file.write(index)
        with gzip.open(root + '.new/Packages.gz', 'w') as file:
            file.write(index.encode())
        os.rename(root + '.new', root)
