"""parse_header.py HEADER SCRATCH - cffi reads srnn.h, and examples/ffi/python declares what it says

Tells the functions that it found.
"""
import ctypes
import sys

import header_types
import srnn

declared = header_types.read(*sys.argv[1:])

NUMBERS = {
    "int32_t": ctypes.c_int32, "uint32_t": ctypes.c_uint32, "uint64_t": ctypes.c_uint64,
    "size_t": ctypes.c_size_t, "float": ctypes.c_float, "double": ctypes.c_double,
}


def agrees(declared, real):
    """Whether a type of ctypes is the real one. Void pointers stand for all handles and for the
    allocator, c_char_p for strings."""
    if real.kind == "void":
        return declared is None
    if real.kind == "primitive":
        return declared is NUMBERS.get(real.cname)
    if real.kind == "function":
        if declared is ctypes.c_void_p:
            return True
        arguments = getattr(declared, "_argtypes_", ())
        return (len(arguments) == len(real.args) and agrees(declared._restype_, real.result)
                and all(agrees(*pair) for pair in zip(arguments, real.args)))
    if real.item.kind in ("struct", "void"):
        return declared is ctypes.c_void_p
    if real.item.cname == "char":
        return declared is ctypes.c_char_p
    return hasattr(declared, "_type_") and agrees(declared._type_, real.item)


def differences(functions):
    for name, (result, *arguments) in functions.items():
        real = declared["srnn_" + name]
        if len(arguments) != len(real.args) or not agrees(result, real.result):
            yield name
        elif not all(agrees(*pair) for pair in zip(arguments, real.args)):
            yield name


wrong = list(differences(srnn.FUNCTIONS))
if wrong:
    sys.exit(f"srnn.py declares otherwise than srnn.h: {' '.join(wrong)}")
# A declaration with an argument of another type is found, and one with an argument less.
for name, (result, *arguments) in srnn.FUNCTIONS.items():
    for i in range(len(arguments)):
        other = [*arguments[:i], ctypes.c_int8, *arguments[i + 1:]]
        less = [*arguments[:i], *arguments[i + 1:]]
        for bad in other, less:
            if list(differences({name: (result, *bad)})) != [name]:
                sys.exit(f"no error about {name} with argument {i} wrong")
print("\n".join(sorted(declared)))
