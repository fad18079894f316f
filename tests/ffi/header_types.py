"""header_types.py - srnn.h as cffi reads it

cffi has no preprocessor: the compiler's goes over the header, with empty standard headers before
it, as cffi knows their types itself, and SRNN_API as nothing.
"""
import os
import subprocess

import cffi


def read(header, scratch):
    """Returns the functions that the header declares, each with its cffi type."""
    for name in "stddef.h", "stdint.h":
        open(os.path.join(scratch, name), "w").close()
    preprocess = [os.environ.get("CC", "cc"), "-E", "-P", "-DSRNN_API=", "-nostdinc", "-I", scratch,
                  header]
    source = subprocess.run(preprocess, check=True, capture_output=True, text=True).stdout
    ffi = cffi.FFI()
    ffi.cdef(source)
    library = ffi.dlopen("libsrnn.so.0.2")
    return {name: ffi.typeof(getattr(library, name)) for name in dir(library)
            if callable(getattr(library, name))}
