"""Make the environment `.venv` from the lock file, or find that it is complete already.

Runs on the machine's own Python and imports only its standard library. A stamp file is written
last, so an environment whose making was interrupted is known to be unfinished and is made again.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "complete")
LOCK = os.path.join(ROOT, "requirements.lock")


def main():
    if sys.version_info < (3, 11):
        sys.exit(
            "OsteoDB needs Python 3.11 or later, and %s is %d.%d: say `make PYTHON=python3.12` or "
            "whatever yours is called." % (sys.executable, *sys.version_info[:2])
        )
    with open(LOCK, "rb") as file:
        lock = file.read()
    wanted = "%s\n%s\n%s\n" % (VENV, sys.version.split()[0], hashlib.sha256(lock).hexdigest())
    if stamp() == wanted:
        return
    os.makedirs(os.path.join(ROOT, "var"), exist_ok=True)
    with open(os.path.join(ROOT, "var", "setup.lock"), "w") as held:
        wait_for(held)
        if stamp() != wanted:  # else another `make` has just finished it
            make_environment(lock.decode(), wanted)


def stamp():
    """What the stamp file says; nothing when it is not there or when the environment is broken."""
    if not os.path.exists(PYTHON):
        return ""
    try:
        with open(STAMP) as file:
            return file.read()
    except OSError:
        return ""


def wait_for(lock):
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Another command is making the environment; waiting for it")
        fcntl.flock(lock, fcntl.LOCK_EX)


def make_environment(lock, wanted):
    if os.path.exists(STAMP):
        os.remove(STAMP)
    if not usable():
        step("Making the environment in .venv", make_venv)
    step("Installing uv", lambda: install_uv(lock))
    count = sum("==" in line and not line.startswith(" ") for line in lock.splitlines())
    step("Installing up to %d locked packages" % count, install_locked)
    make_importable()
    with open(STAMP + ".new", "w") as file:
        file.write(wanted)
    os.replace(STAMP + ".new", STAMP)


def usable():
    """Whether .venv holds a working Python of this very version, with pip."""
    if not os.path.exists(PYTHON):
        return False
    ask = "import pip, sys; print(sys.version.split()[0], sys.prefix)"
    done = subprocess.run([PYTHON, "-c", ask], capture_output=True, text=True)
    return done.stdout.split() == [sys.version.split()[0], VENV]


def make_venv():
    if os.path.exists(VENV):
        shutil.rmtree(VENV)
    done = run([sys.executable, "-m", "venv", VENV])
    if done.returncode:
        sys.exit(
            "The environment could not be made (%s).\nOn Debian and Ubuntu, `apt-get install "
            "python3-venv` brings the missing part." % last_line(done)
        )


def install_uv(lock):
    """uv comes by pip, at the version and with the hashes that the lock names."""
    block, inside = [], False
    for line in lock.splitlines():
        inside = line.startswith("uv==") or (inside and line.startswith(" "))
        if inside and not line.lstrip().startswith("#"):
            block.append(line)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(block).rstrip(" \\") + "\n")
        file.flush()
        done = pip("install", "--require-hashes", "--no-deps", "-r", file.name)
    if done.returncode:
        sys.exit("uv could not be installed, is the package index reached? %s" % last_line(done))


def install_locked():
    environment = dict(os.environ, UV_PYTHON_DOWNLOADS="never")
    index = pip("config", "get", "global.index-url").stdout.strip()
    index = os.environ.get("PIP_INDEX_URL", index)
    if index:
        environment.setdefault("UV_DEFAULT_INDEX", index)
    if not os.access(os.path.expanduser("~"), os.W_OK):
        environment.setdefault("UV_CACHE_DIR", os.path.join(ROOT, "var", "cache", "uv"))
    uv = os.path.join(VENV, "bin", "uv")
    command = [uv, "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", LOCK]
    if run(command, environment).returncode == 0:
        return
    # uv does not read every setting that pip does (certificates, mirrors): let pip try.
    done = pip("install", "--require-hashes", "-r", LOCK)
    if done.returncode:
        sys.exit("The locked packages could not be installed: %s" % last_line(done))


def make_importable():
    """Let every tool of the environment import the project, as an editable install would."""
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = subprocess.run([PYTHON, "-c", ask], capture_output=True, text=True).stdout.strip()
    with open(os.path.join(packages, "osteodb.pth"), "w") as file:
        file.write(ROOT + "\n")


def pip(*arguments):
    return run([PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments])


def run(command, environment=None):
    """Run a program; a dot every few seconds says that it is still at work."""
    program = subprocess.Popen(
        command,
        env=environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        universal_newlines=True,
    )
    while True:
        try:
            out, err = program.communicate(timeout=3)
            return subprocess.CompletedProcess(command, program.returncode, out, err)
        except subprocess.TimeoutExpired:
            say(".", end="")


def last_line(done):
    lines = (done.stderr or done.stdout).strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def say(text, end="\n"):
    sys.stdout.write(text + end)
    sys.stdout.flush()


def step(text, work):
    say("%s ..." % text, end="")
    started = time.monotonic()
    work()
    say(" %.1f s" % (time.monotonic() - started))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nInterrupted. The next `make` begins where this one stopped.")
