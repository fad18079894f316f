"""java_declarations.py HEADER SCRATCH SOURCE - SrnnC.java declares what srnn.h does

JNA passes whatever a declaration says. The types that it may have for each of C's:
"""
import re
import sys

import header_types

NUMBERS = {"int32_t": "int", "uint32_t": "int", "uint64_t": "long", "size_t": "Size",
           "double": "double", "void": "void"}
POINTERS = {
    "float": {"FloatBuffer"}, "uint32_t": {"IntBuffer", "IntByReference"},
    "uint64_t": {"LongByReference"}, "double": {"DoubleByReference"},
    "size_t": {"SizeByReference"}, "char": {"byte[]", "String", "Pointer"},
    "void": {"Pointer", "byte[]", "ByteBuffer"},
}


def allowed(real, callbacks):
    if real.kind in ("primitive", "void"):
        return {NUMBERS.get(real.cname)}
    if real.kind == "function":
        return {"Pointer"} | {name for name, (result, arguments) in callbacks.items()
                              if agrees(result, arguments, real, callbacks)}
    if real.item.kind == "pointer":
        return {"PointerByReference"}
    return {"Pointer"} if real.item.kind == "struct" else POINTERS[real.item.cname]


def agrees(result, arguments, real, callbacks):
    types = [argument.split()[0] for argument in arguments.split(",") if argument.strip()]
    return (len(types) == len(real.args) and result in allowed(real.result, callbacks)
            and all(type in allowed(arg, callbacks) for type, arg in zip(types, real.args)))


def differences(source, declared):
    callbacks = {name: rest for name, *rest in re.findall(
        r"interface (\w+) extends Callback {\s*(\w+) invoke\(([^)]*)\)", source)}
    found = re.findall(r"static native ([\w\[\]]+) (srnn_\w+)\(([^)]*)\)", source)
    if len(found) != source.count(" native "):
        yield "what is not read here"
    for result, name, arguments in found:
        real = declared.get(name)
        if real is None or not agrees(result, arguments, real, callbacks):
            yield name


header, scratch, path = sys.argv[1:]
declared = header_types.read(header, scratch)
source = open(path, encoding="utf-8").read()
wrong = list(differences(source, declared))
if wrong:
    sys.exit(f"{path} declares otherwise than srnn.h: {' '.join(wrong)}")
# Were one of them wrong, it would be found.
for right, bad in (("long stream", "int stream"), ("double scale,", "Size scale,"),
                   ("int flags, PointerByReference model", "PointerByReference model"),
                   ("FloatBuffer logits", "IntBuffer logits"), ("native void", "native int"),
                   ("Pointer task, int index", "Pointer task, long index"),
                   ("int srnn_step(", "int srnn_step ("),
                   ("srnn_step_id", "srnn_step_name")):
    if right not in source or not list(differences(source.replace(right, bad, 1), declared)):
        sys.exit(f"no error about {bad} in {path}")
print(f"{path} declares {source.count('static native')} functions as srnn.h does")
