"""A namespace of processes and mounts for a test: what it starts ends with it, however it ends."""

import os
import shutil
import subprocess
import sys

UNSHARE = ["unshare", "--pid", "--mount", "--mount-proc", "--uts", "--fork", "--kill-child=KILL"]


def enter_namespace(purpose, programs=()):
    """Starts this script again inside; prints why `purpose` is skipped, and exits, where it cannot.

    Process 1 inside is a shell, which takes over what daemons leave behind; the kernel ends all
    processes with it."""
    if os.environ.get("INSIDE_NAMESPACE"):
        return
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    missing = [program for program in ("unshare", "mount", *programs) if not shutil.which(program)]
    if missing:
        sys.exit(print(f"skipped: {purpose}, as this is missing here:", *missing))
    if os.geteuid() != 0 or subprocess.run([*UNSHARE, "true"], capture_output=True).returncode:
        sys.exit(print(f"skipped: {purpose}, as it needs root and unshare"))
    os.environ["INSIDE_NAMESPACE"] = "yes"
    os.execvp("unshare", [*UNSHARE, "sh", "-c", '"$@"; exit $?', "sh", sys.executable, *sys.argv])
