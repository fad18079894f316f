"""The disk as a loss of power can leave it, at each point of a run that shim.c recorded.

    power.py RECORD BEFORE OUT WHOLE...

A run began with the files of the folder BEFORE, and with the folders in it. What can be on the disk
is written to OUT/1, OUT/2 and so on, each different one once. The files WHOLE are replaced whole:
wherever the power fails, each must be one of its versions, and none older than the last one whose
rename is synchronised, or came before the last write to a file: a run that goes on has saved it. After
the end of the run nothing can be lost. Prints the counts. Exit status 1 if a file was not as it should
be.

The model is as strict as POSIX: a write is on the disk for sure once its file is synchronised, a name
once its folder is. Until then both are there or not. The names of a folder come in their order, as
journals keep it. Data may be lost, torn, reordered, or be zeros of the right length.
"""

import os
import random
import sys

SECTOR = 512  # the bytes that a disk writes at once
FATES = ["lost", "kept", "torn", "zeros", "reordered", "not cut"]


class File:
    """Its bytes on the disk, its bytes now, and the changes between: (offset, data), with data None
    for a new length."""

    def __init__(self, data=b""):
        self.synchronised = data
        self.pending = []

    def content(self, fate):
        content = self.synchronised
        for number, (offset, data) in enumerate(self.pending):
            is_last = number == len(self.pending) - 1
            if fate == "lost" or (fate == "not cut" and data is None):
                continue
            if data is None:
                content = content[:offset].ljust(offset, b"\0")
                continue
            if fate == "zeros" or (fate == "reordered" and not is_last):
                data = bytes(len(data))  # the length alone
            elif fate == "torn" and is_last:
                half = len(data) // 2
                data = data[: half // SECTOR * SECTOR if half > SECTOR else half]
            content = content[:offset].ljust(offset, b"\0") + data + content[offset + len(data) :]
        return content

    def synchronise(self):
        self.synchronised = self.content("kept")
        self.pending = []


class Folder:
    """Its names on the disk, and the changes since: lists of (name, File), with None for a name that
    goes."""

    def __init__(self, names=()):
        self.synchronised = dict(names)
        self.pending = []

    def names(self, count):
        names = dict(self.synchronised)
        for changes in self.pending[:count]:
            names.update(changes)
        return {name: file for name, file in names.items() if file is not None}

    def now(self):
        return self.names(len(self.pending))


class Run:
    """The folders, by their paths with a slash, and the versions of the files that are replaced."""

    def __init__(self, before, whole):
        self.folders = {}
        for place, _, names in os.walk(before):
            path = os.path.relpath(place, before)
            self.folders["" if path == "." else path + "/"] = Folder(
                (name, File(open(os.path.join(place, name), "rb").read())) for name in names
            )
        self.open = {}
        self.versions = {}
        self.promised = {}
        for path in whole:
            file = self.find(path)
            self.versions[path] = [file.content("kept") if file else None]
            self.promised[path] = 0

    def split(self, path):
        at = path.rfind("/") + 1
        return self.folders.get(path[:at]), path[at:]

    def find(self, path):
        folder, name = self.split(path)
        return folder.now().get(name) if folder else None

    def change_names(self, path, changes):
        self.split(path)[0].pending.append(changes)

    def open_file(self, descriptor, cut, path):
        folder = path[:-1] if path.endswith("/.") or path == "." else path + "/"
        if folder in self.folders:
            self.open[descriptor] = folder
        elif self.split(path)[0] is None:
            self.open.pop(descriptor, None)  # not on this disk
        else:
            if self.find(path) is None:
                self.change_names(path, {self.split(path)[1]: File()})
            self.open[descriptor] = self.find(path)
            if cut:
                self.open[descriptor].pending.append((0, None))

    def synchronise(self, descriptor):
        opened = self.open.get(descriptor)
        if isinstance(opened, File):
            opened.synchronise()
        elif opened is not None:
            folder = self.folders[opened]
            folder.synchronised, folder.pending = folder.now(), []
            for path, versions in self.versions.items():
                if self.split(path)[0] is folder:
                    self.promised[path] = len(versions) - 1

    def rename(self, old, new):
        file = self.find(old)
        self.change_names(new, {self.split(old)[1]: None, self.split(new)[1]: file})
        if new in self.versions:
            self.versions[new].append(file.content("kept"))

    def change(self, words, data):
        """Make a recorded change. Returns whether it can matter to the disk."""
        kind, *values = words
        if kind == "open":
            self.open_file(int(values[0]), values[1] == "1", values[2])
        elif kind == "close":
            self.open.pop(int(values[0]), None)
        elif kind == "fsync":
            self.synchronise(int(values[0]))
        elif kind == "rename":
            self.rename(*values)
        elif kind == "unlink":
            self.change_names(values[0], {self.split(values[0])[1]: None})
        elif isinstance(self.open.get(int(values[0])), File):
            self.open[int(values[0])].pending.append((int(values[1]), data))
            self.promised = {path: len(versions) - 1 for path, versions in self.versions.items()}
        return kind != "close"

    def now(self):
        return {
            path + name: file.content("kept")
            for path, folder in self.folders.items()
            for name, file in folder.now().items()
        }

    def counts(self):
        """How many of the changes of names of each folder may be on the disk: in one folder any, in
        the others none or all."""
        paths = sorted(self.folders)
        for path in paths:
            for count in range(len(self.folders[path].pending) + 1):
                for others in (0, sys.maxsize):
                    yield {each: count if each == path else others for each in paths}

    def disks(self):
        """The disks that a loss of power can leave now: {path: content}."""
        for counts in self.counts():
            files = {
                path + name: file
                for path, folder in self.folders.items()
                for name, file in folder.names(counts[path]).items()
            }
            for fate in FATES:
                yield {path: file.content(fate) for path, file in files.items()}
            yield {path: file.content(random.choice(FATES)) for path, file in files.items()}


def read_record(path):
    """The changes of a record: the words of their lines, and the bytes of a write."""
    with open(path, "rb") as record:
        for line in iter(record.readline, b""):
            words = line.decode().split()
            yield words, record.read(int(words[3])) if words[0] == "write" else None


def write_disk(disk, folders, out):
    for folder in folders:
        os.makedirs(os.path.join(out, folder), exist_ok=True)
    for path, content in disk.items():
        with open(os.path.join(out, path), "wb") as file:
            file.write(content)


def main():
    record, before, out, *whole = sys.argv[1:]
    random.seed(1)
    run = Run(before, whole)
    points = failures = 0
    seen = set()
    for words, data in read_record(record):
        if not run.change(words, data):
            continue
        points += 1
        for disk in run.disks():
            # A temporary file has another name in each run.
            key = hash(frozenset((path.split(".srnn-")[0], disk[path]) for path in disk))
            if key in seen:
                continue
            seen.add(key)
            write_disk(disk, run.folders, os.path.join(out, str(len(seen))))
            for path, versions in run.versions.items():
                if disk.get(path) not in versions[run.promised[path] :]:
                    print(f"disk {len(seen)}, after {' '.join(words)}: {path} is no version")
                    failures += 1
    for path, content in run.now().items():
        if any(disk.get(path) != content for disk in run.disks()):
            print(f"after the end of the run {path} can be lost")
            failures += 1
    print(f"{points} points, {len(seen)} disks, {failures} broken")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
