"""kconfig.py KCONFIG CONF...: the options of a Kconfig file as variables of CMake

The files CONF, if any, choose among them. Options that the systems themselves have, and that a
sample may set, are added here. Any warning of the parser is an error, as in Zephyr.
"""
import os
import sys
import tempfile

import kconfiglib

SYSTEM = """
config MAIN_STACK_SIZE
    int "the system's"
    default 1024

source "{}"
"""


def main():
    with tempfile.NamedTemporaryFile("w", suffix=".kconfig") as root:
        root.write(SYSTEM.format(os.path.abspath(sys.argv[1])))
        root.flush()
        config = kconfiglib.Kconfig(root.name, warn_to_stderr=False)
        config.warn_assign_undef = True
        for file in sys.argv[2:]:
            config.load_config(file, replace=False)
    for symbol in config.unique_defined_syms:
        if symbol.user_value is not None and symbol.str_value != {0: "n", 2: "y"}.get(
            symbol.user_value, symbol.user_value
        ):
            config.warnings.append(f"{symbol.name} cannot be {symbol.user_value}")
    if config.warnings:
        sys.exit("\n".join(config.warnings))
    for symbol in config.unique_defined_syms:
        if symbol.str_value != "n":
            print(f'set(CONFIG_{symbol.name} "{symbol.str_value}")')


main()
