# SPDX-License-Identifier: MIT OR Apache-2.0
"""The command that runs a board: QEMU with the model's arguments, or the process itself for sim; and
what stands between it and a person or a script, `ranvier console`."""

import os

from .model import RunError, find_emulator

TOOL = os.path.join("build", "host", "ranvier")
VIRTIO_TRANSPORTS = 0x0a000000  # the first one's registers, of QEMU's virt machine
SHELL_PORT = 10  # of a mux without a shell on any port


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


def config_word(board, config, drivers):
    """`config` if the board loads it by one of these drivers, else None."""
    used = {device["driver"] for device in board.model["devices"]}
    return config if config and used & drivers else None


def flash_arguments(board, config):
    """QEMU's arguments that put `config` into the board's partition for it, as a programmer does."""
    if not config_word(board, config, {"flash-config"}):
        return []
    device = next(one for one in board.model["devices"] if one["driver"] == "flash-config")
    name = next(one["value"] for one in device["properties"] if one["name"] == "partition")
    partition = next(one for one in board.model["partitions"] if one["name"] == name)
    base = next(one["base"] for one in board.model["media"] if one["name"] == partition["medium"])
    return ["-device", f"loader,file={config.replace(',', ',,')},addr={base + partition['offset']:#x},"
            "force-raw=on"]


def disk_file(board, disk=None):
    """The file that stands for the board's disk: `disk`, or disk.img in its build folder, which is
    made with the size that the board's file says, and kept from run to run. None: it has no disk."""
    media = [medium for medium in board.model.get("media", []) if medium["device"]]
    if not media:
        if disk:
            raise RunError(f"{board.name} has no device for a disk")
        return None
    path = disk or os.path.join(board.build, "disk.img")
    if disk and not os.path.isfile(disk):
        raise RunError(f"{disk}: there is no such file; `truncate -s {media[0]['size']} {disk}` "
                       "makes an empty disk")
    if not os.path.exists(path):
        with open(path, "xb") as file:
            file.truncate(media[0]["size"])  # takes no room until something is written
    return path


def virtio_bus(device):
    """QEMU's name of the transport that a device of the board is at."""
    registers = next(one["value"] for one in device["properties"] if one["name"] == "registers")
    return f"virtio-mmio-bus.{(registers['base'] - VIRTIO_TRANSPORTS) // registers['size']}"


def disk_arguments(board, path):
    """QEMU's arguments for a disk in that file, where the board's device is."""
    drive = f"if=none,id=disk,format=raw,file={path.replace(',', ',,')}"
    name = next(medium["device"] for medium in board.model["media"] if medium["device"])
    device = next(one for one in board.model["devices"] if one["name"] == name)
    if device["driver"] == "virtio-block":
        return ["-drive", drive, "-device", f"virtio-blk-device,drive=disk,bus={virtio_bus(device)}"]
    values = {one["name"]: one["value"] for one in device["properties"]}
    return ["-drive", drive, "-device", f"isa-ide,id=ata,iobase={values['port']:#x},"
            f"iobase2={values['control']:#x},irq={values['irq']}",
            "-device", "ide-hd,drive=disk,bus=ata.0"]


def virtio_arguments(board):
    """QEMU's arguments for the board's virtio devices but disks: none of them is a legacy one."""
    devices = [one for one in board.model["devices"] if one["driver"].startswith("virtio-")]
    arguments = ["-global", "virtio-mmio.force-legacy=false"] if devices else []
    for device in devices:
        if device["driver"] == "virtio-rng":
            arguments += ["-device", f"virtio-rng-device,bus={virtio_bus(device)}"]
    return arguments


def board_command(board, gdb_socket=None, disc=None, config=None, disk=None, icount=None):
    """The command line for `board`, its console on stdin and stdout.

    With `gdb_socket` QEMU waits for a debugger on that Unix socket. sim is debugged as a process.
    With `disc` the machine boots by its own firmware from that CD image. `config` is a file that
    the board merges over its options' values (`ranvier config pack`). `disk`: another file than
    disk_file's own. `icount`: each instruction takes 2 to that many nanoseconds of the board's time,
    however busy this machine is.
    """
    qemu = board.model["qemu"]
    if icount is not None and qemu is None:
        raise RunError(f"{board.name} is a process of this machine, whose instructions nobody counts")
    if config and not any(device["class"] == "configuration" for device in board.model["devices"]):
        raise RunError(f"{board.name} has no device that loads a configuration")
    if config and not os.path.isfile(config):
        raise RunError(f"{config}: there is no such file; `ranvier config pack` makes one")
    disk = disk_file(board, disk)
    if qemu is None:
        return ([board.elf] + (["--config", config] if config else [])
                + (["--disk", disk] if disk else []))
    command = [find_emulator(qemu["binary"])]
    command += emulator_arguments(qemu, board.model["cpu"]["cores"])
    command += virtio_arguments(board)
    command += disk_arguments(board, disk) if disk else []
    command += ["-display", "none", "-monitor", "none"]
    command += ["-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"]
    if any(device["driver"] == "semihosting" for device in board.model["devices"]):
        word = config_word(board, config, {"semihosting-config"})
        given = f",arg={board.name},arg=config={word.replace(',', ',,')}" if word else ""
        command += ["-semihosting-config", "enable=on,target=native" + given]
    if word := config_word(board, config, {"fw-cfg", "fw-cfg-port"}):
        command += ["-fw_cfg", f"name=opt/ranvier/config,file={word.replace(',', ',,')}"]
    command += flash_arguments(board, config)
    command += ["-icount", f"shift={icount}"] if icount is not None else []
    command += ["-cdrom", disc] if disc else ["-kernel", board.image]
    if gdb_socket:
        command += ["-S", "-chardev", f"socket,id=gdb,path={gdb_socket},server=on,wait=off"]
        command += ["-gdb", "chardev:gdb"]
    return command


def shell_port(model):
    """The port of the serial mux where the shell is, if a mux has the board's console; else None."""
    values = {service["name"]: {p["name"]: p["value"] for p in service["properties"]}
              for service in model.get("services", [])}
    if "sermux" not in values or values["sermux"]["device"] != model["console"]:
        return None
    port = values.get("shell", {}).get("port")
    return SHELL_PORT if port is None else port


def console_command(board, command, interactive):
    """`command`, with `ranvier console` around it where its output is no plain text or where a person
    types on a terminal."""
    port = shell_port(board.model)
    if port is None and not interactive:
        return command
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    tool = os.path.join(root, TOOL)
    if not os.access(tool, os.X_OK):
        raise RunError(f"{TOOL}: not built; run `make ranvier`")
    options = ["--raw"] if port is None else ["--port", str(port), "--elf", board.elf]
    return [tool, "console", *options, "--", *command]
