"""A small internet for tests, inside a network and a mount namespace of its own.

    unshare -n -m python3 -B world.py DIRECTORY USER-ID AS-USER

Run where it may set up `lo` and mount. Its addresses are all on `lo`, its names are those of
DIRECTORY/names.json, read for every question, and DIRECTORY/log tells what arrived: every first
packet that left any process in here (watch.py), every name asked for (resolver.py), and what
servers were told (web.py, talk.py, chain.py). AS-USER is the JSON list of words before a command that has to
run as the ordinary user USER-ID.

Prints `ready`. Every line on standard input is answered by `seen` once all that had been sent
before it is in the log. Ends with its standard input.
"""
import json
import os
import subprocess
import sys

import authority
import chain
import goods
import resolver
import talk
import watch
import web

V4 = ['198.51.100.1', '198.51.100.10', '198.51.100.20', '198.51.100.53', '203.0.113.7',
      '10.66.0.10', '169.254.169.254']
V6 = ['2001:db8::10', 'fd00:66::10']


def run(*words, text=None):
    subprocess.run(words, input=text, text=True, check=True, capture_output=True)


def set_up_loopback(as_user):
    lines = ['link set lo up'] + [f'addr add {a}/32 dev lo' for a in V4]
    lines += [f'addr add {a}/128 dev lo nodad' for a in V6]
    run('ip', '-batch', '-', text='\n'.join(lines) + '\n')
    with open('/proc/sys/net/ipv4/ping_group_range', 'w') as groups:
        groups.write('0 0' if as_user[0].endswith('unshare') else '0 65534')


def replace_files(directory, user_id):
    """How names are found in here, and a user who may log in."""
    with open('/etc/passwd') as passwd:
        others = [line for line in passwd if line.split(':')[2] not in (str(user_id), '0')]
    texts = {
        'resolv.conf': 'nameserver 127.0.0.1\noptions timeout:30 attempts:1\n',
        'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
        'hosts': '127.0.0.1 localhost\n::1 localhost\n',
        'passwd': f'tester:x:{user_id}:{user_id}::{directory}:/bin/sh\n' + ''.join(others) +
                  ('root:x:0:0:root:/root:/bin/sh\n' if user_id != 0 else ''),
    }
    for name, text in texts.items():
        path = f'{directory}/etc-{name}'
        with open(path, 'w') as file:
            file.write(text)
        os.chmod(path, 0o644)
        if os.path.exists(f'/etc/{name}'):
            run('mount', '--bind', path, f'/etc/{name}')


def main():
    os.umask(0o022)
    directory, user_id, as_user = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
    set_up_loopback(as_user)
    replace_files(directory, user_id)
    log = watch.Log(directory + '/log')
    watcher = watch.Watcher(log)
    authority.make(directory)
    shelves = goods.Shelves(directory)
    resolver.serve(directory + '/names.json', log)
    web.serve(directory, shelves, log)
    talk.serve(directory, shelves, as_user, log)
    chain.serve(directory + '/names.json', log)
    print('ready', flush=True)
    for _ in sys.stdin:
        watcher.catch_up()
        print('seen', flush=True)
    os._exit(0)


main()
