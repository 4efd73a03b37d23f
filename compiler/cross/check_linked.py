#!/usr/bin/env python3
"""Looks into programs for macOS on whatever machine this is: that each is for the named machine,
says from which release on it runs, is signed (arm64 runs nothing else), and needs no library but
the system's own.

    compiler/cross/check_linked.py MACHINE PROGRAM…
"""
import struct
import sys

MACHINES = {"aarch64": 0x0100000C, "x86_64": 0x01000007}
LOAD_DYLIB, CODE_SIGNATURE, BUILD_VERSION, MACOS = 0x0C, 0x1D, 0x32, 1
ALLOWED = {"/usr/lib/libSystem.B.dylib"}


def commands(data):
    count = struct.unpack_from("<I", data, 16)[0]
    at = 32
    for _ in range(count):
        kind, size = struct.unpack_from("<II", data, at)
        yield kind & 0x7FFFFFFF, data[at : at + size]
        at += size


def check(machine, path):
    data = open(path, "rb").read()
    magic, cpu, _, filetype = struct.unpack_from("<IIII", data)
    assert magic == 0xFEEDFACF and filetype == 2, f"{path} is no program for macOS"
    assert cpu == MACHINES[machine], f"{path} is for another machine"
    libraries, release, signed = set(), None, False
    for kind, command in commands(data):
        if kind == LOAD_DYLIB:
            name = struct.unpack_from("<I", command, 8)[0]
            libraries.add(command[name:].split(b"\0")[0].decode())
        elif kind == BUILD_VERSION:
            platform, least = struct.unpack_from("<II", command, 8)
            assert platform == MACOS, f"{path} is for another system"
            release = f"{least >> 16}.{least >> 8 & 255}"
        elif kind == CODE_SIGNATURE:
            signed = True
    assert libraries == ALLOWED, f"{path} needs {sorted(libraries - ALLOWED)}"
    assert release, f"{path} does not say from which release on it runs"
    assert signed or machine != "aarch64", f"{path} is not signed"
    print(f"{path}: {machine}, macOS {release} and later, {len(data) >> 20} MiB")


if len(sys.argv) < 3:
    sys.exit(__doc__)
for program in sys.argv[2:]:
    try:
        check(sys.argv[1], program)
    except (AssertionError, OSError, struct.error) as error:
        sys.exit(f"check_linked: {error}")
