"""What the child can no longer do, tried from inside by a reader, and what it never had, looked at from outside."""

import os
import platform
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from connectors.isolation import ReadingRoom, Trouble
from connectors.isolation.syscalls import filter_for

PROBES = str(Path(__file__).parent / "probes")
POWERS = (
    "open create list stat proc unlink socket unix pair fork exec spawn kill memfd pipe executable ptrace chmod "
    "thread-opens"
)
NEEDS = "thread argon2 xml strptime"


@pytest.fixture(scope="module")
def room():
    os.environ["FIRSTPARTY_CANARY"] = "canary"
    with ReadingRoom(extra_readers=PROBES) as room:
        del os.environ["FIRSTPARTY_CANARY"]
        yield room


def attempt(room, tmp_path, action):
    path = tmp_path / "probe.txt"
    path.write_text(f"PROBE {action}\n")
    (trouble,) = [event for event in room.read(str(path)) if isinstance(event, Trouble)]
    return trouble.problem


@pytest.mark.parametrize("power", POWERS.split())
def test_the_child_has_given_up_its_powers(room, tmp_path, power):
    if "system-calls" not in room.protections:
        pytest.skip("this system has no filter for system calls")
    assert attempt(room, tmp_path, power).code == "refused"


@pytest.mark.parametrize("need", NEEDS.split())
def test_the_child_can_still_do_what_readers_need(room, tmp_path, need):
    problem = attempt(room, tmp_path, need)
    assert problem.code == "done", problem.message


def test_the_child_has_no_environment_of_the_parent(room, tmp_path):
    names = set(attempt(room, tmp_path, "environ").message.split())
    assert names <= {"LC_CTYPE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "__CF_USER_TEXT_ENCODING"}


def test_linux_on_a_known_machine_has_the_filter(room):
    expected = {"limits"}
    if sys.platform == "linux" and platform.machine() in {"x86_64", "aarch64"}:
        expected.add("system-calls")
    assert expected <= set(room.protections)


_OUTSIDE = """
import hashlib, os, re
from pathlib import Path

key = hashlib.sha256(b"the vault's key").digest()
descriptor = os.open("/etc/passwd", os.O_RDONLY)
os.set_inheritable(descriptor, True)
from connectors.isolation import ReadingRoom

def holds_key(process):
    with open(process / "mem", "rb") as memory:
        for line in (process / "maps").read_text().splitlines():
            if re.match(r"[0-9a-f]+-[0-9a-f]+ r", line) and "[v" not in line:
                start, end = (int(part, 16) for part in line.split()[0].split("-"))
                memory.seek(start)
                if key in memory.read(end - start):
                    return True
    return False

with ReadingRoom() as room:
    room.protections
    (pid,) = (Path("/proc/self/task") / str(os.getpid()) / "children").read_text().split()
    child = Path("/proc") / pid
    print(*sorted(os.readlink(link).split(":")[0] for link in (child / "fd").iterdir()))
    print("parent", holds_key(Path("/proc/self")), "child", holds_key(child))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="another process's memory is read through /proc")
def test_the_child_holds_no_key_and_no_file_of_the_parent():
    result = subprocess.run([sys.executable, "-c", _OUTSIDE], capture_output=True, text=True, check=False)
    if "PermissionError" in result.stderr:
        pytest.skip("this system lets no process look into its children")
    descriptors, keys = result.stdout.splitlines()
    assert descriptors == "/dev/null /dev/null /dev/null socket"
    assert keys == "parent True child False"


def _judged(program, number, architecture, arguments=(0,) * 6):
    """What the program answers for a call, by a small packet-filter machine, so that both architectures are tested."""
    seen = struct.pack("<IIQ6Q", number, architecture, 0, *arguments)
    place, accumulator = 0, 0
    while True:
        code, yes, no, operand = struct.unpack_from("=HBBI", program, place * 8)
        place += 1
        if code == 0x20:
            accumulator = struct.unpack_from("<I", seen, operand)[0]
        elif code == 0x06:
            return operand
        else:
            holds = {0x15: accumulator == operand, 0x35: accumulator >= operand, 0x45: bool(accumulator & operand)}[
                code
            ]
            place += yes if holds else no


KILLED, ALLOWED, REFUSED, ABSENT = 0x80000000, 0x7FFF0000, 0x00050001, 0x00050026
X86, ARM = 0xC000003E, 0xC00000B7


@pytest.mark.parametrize(
    ("machine", "number", "architecture", "first_and_third", "verdict"),
    [
        ("x86_64", 0, X86, (0, 0), ALLOWED),  # read
        ("x86_64", 0, ARM, (0, 0), KILLED),
        ("x86_64", 0, 0x40000003, (0, 0), KILLED),  # the 32-bit table
        ("x86_64", 0x40000000, X86, (0, 0), KILLED),  # the x32 table
        ("x86_64", 2, X86, (0, 0), REFUSED),  # open
        ("x86_64", 41, X86, (0, 0), REFUSED),  # socket
        ("x86_64", 57, X86, (0, 0), REFUSED),  # fork
        ("x86_64", 56, X86, (0x3D0F00, 0), ALLOWED),  # clone of a thread, as glibc does it
        ("x86_64", 56, X86, (0x1200011, 0), REFUSED),  # clone of a process
        ("x86_64", 435, X86, (0, 0), ABSENT),  # clone3
        ("x86_64", 9, X86, (0, 3), ALLOWED),  # mmap to read and write
        ("x86_64", 9, X86, (0, 7), REFUSED),  # mmap to execute
        ("x86_64", 10, X86, (0, 5), REFUSED),  # mprotect to execute
        ("aarch64", 63, ARM, (0, 0), ALLOWED),
        ("aarch64", 63, X86, (0, 0), KILLED),
        ("aarch64", 56, ARM, (0, 0), REFUSED),  # openat
        ("aarch64", 198, ARM, (0, 0), REFUSED),  # socket
        ("aarch64", 221, ARM, (0, 0), REFUSED),  # execve
        ("aarch64", 220, ARM, (0x3D0F00, 0), ALLOWED),
        ("aarch64", 220, ARM, (0x11, 0), REFUSED),
        ("aarch64", 222, ARM, (0, 3), ALLOWED),
        ("aarch64", 226, ARM, (0, 4), REFUSED),
    ],
)
def test_the_filter_judges_each_call_by_its_machine(machine, number, architecture, first_and_third, verdict):
    first, third = first_and_third
    program = filter_for(machine).program
    assert _judged(program, number, architecture, (first, 0, third, 0, 0, 0)) == verdict


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_is_short_and_refuses_every_call_it_does_not_name(machine):
    wanted = filter_for(machine)
    verdicts = [_judged(wanted.program, number, X86 if machine == "x86_64" else ARM) for number in range(600)]
    assert wanted.length < 200
    # clone3, and mmap and mprotect without rights, are the calls that the allow-list does not name and that pass.
    assert verdicts.count(ALLOWED) <= 40
    assert set(verdicts) == {ALLOWED, REFUSED, ABSENT}


def test_an_unknown_machine_has_no_filter():
    assert filter_for("riscv64") is None


HEADERS = [
    ("x86_64", "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    ("aarch64", "/usr/include/asm-generic/unistd.h"),
]


@pytest.mark.parametrize(("machine", "header"), HEADERS)
def test_the_numbers_are_those_of_the_kernel_headers(machine, header):
    if not Path(header).exists():
        pytest.skip(f"the kernel's header {header} is not installed")
    text = Path(header).read_text()
    named = {int(number): name for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", text)}
    architecture = X86 if machine == "x86_64" else ARM
    program = filter_for(machine).program
    allowed = {named[number] for number in range(600) if _judged(program, number, architecture) == ALLOWED}
    forbidden = (
        "open",
        "exec",
        "sock",
        "connect",
        "send",
        "fork",
        "ptrace",
        "kill",
        "process",
        "ioctl",
        "prctl",
        "bpf",
    )
    assert {"read", "write", "mmap", "munmap", "brk", "futex", "exit_group", "recvmsg", "pread64"} <= allowed
    assert not [name for name in allowed if any(part in name for part in forbidden)]
