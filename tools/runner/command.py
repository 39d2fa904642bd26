# SPDX-License-Identifier: MIT OR Apache-2.0
"""The command that runs a board: QEMU with the model's arguments, or the process itself for sim."""

from .model import find_emulator


def emulator_arguments(qemu, cores):
    """QEMU's arguments for the machine, from the model's `qemu` and the number of cores."""
    arguments = ["-M", qemu["machine"]]
    if qemu.get("cpu"):
        arguments += ["-cpu", qemu["cpu"]]
    if qemu.get("memory"):
        arguments += ["-m", f"{qemu['memory']}B"]
    if cores > 1:
        arguments += ["-smp", str(cores)]
    extra = list(qemu.get("arguments") or [])
    if not {"-nic", "-net", "-netdev"} & set(extra):
        arguments += ["-nic", "none"]
    return arguments + extra


def board_command(board, gdb_socket=None, disc=None):
    """The command line for `board`, its console on stdin and stdout.

    With `gdb_socket` QEMU waits for a debugger on that Unix socket. sim is debugged as a process.
    With `disc` the machine boots by its own firmware from that CD image.
    """
    qemu = board.model["qemu"]
    if qemu is None:
        return [board.elf]
    command = [find_emulator(qemu["binary"])]
    command += emulator_arguments(qemu, board.model["cpu"]["cores"])
    command += ["-display", "none", "-monitor", "none"]
    command += ["-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"]
    if any(device["driver"] == "semihosting" for device in board.model["devices"]):
        command += ["-semihosting-config", "enable=on,target=native"]
    command += ["-cdrom", disc] if disc else ["-kernel", board.image]
    if gdb_socket:
        command += ["-S", "-chardev", f"socket,id=gdb,path={gdb_socket},server=on,wait=off"]
        command += ["-gdb", "chardev:gdb"]
    return command
