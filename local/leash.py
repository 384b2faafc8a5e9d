"""Run by the emulator's own interpreter: the emulator on a leash, which ends it when its owner is gone."""

import os
import runpy
import signal
import threading


def _end_with_the_owner() -> None:
    os.read(0, 1)  # returns when the other end of the pipe closes: only the owner has it
    os.killpg(0, signal.SIGKILL)  # the functions' processes too


if __name__ == "__main__":
    threading.Thread(target=_end_with_the_owner, daemon=True).start()
    runpy.run_module("ministack", run_name="__main__", alter_sys=True)
