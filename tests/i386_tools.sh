#!/bin/sh
# i386_tools.sh FOLDER: makes FOLDER/cc, gcc, c++, g++ and clang++, which compile for i386 with SSE2
# on x86-64, and the cmocka for them, FOLDER/cmocka.pc. The processor runs the programs itself.
#
# Not by gcc-multilib, which removes the cross compilers: so the kernel's headers are those of x86-64,
# which serve both.
set -eu
cd "$(dirname "$0")/.."
mkdir -p "$1"
folder=$(cd "$1" && pwd)
version=$(gcc -dumpversion)
libraries=$(dirname "$(gcc -print-libgcc-file-name)")
tests/install_tool.sh gcc g++ clang \
    "$libraries/32/libgcc.a=lib32gcc-$version-dev" "$libraries/32/libstdc++.a=lib32stdc++-$version-dev" \
    /usr/lib32/crt1.o=libc6-dev-i386
headers=/usr/include/$(gcc -print-multiarch)
for name in cc=gcc gcc=gcc c++=g++ g++=g++ clang++=clang++; do
    compiler=$(command -v "${name#*=}")
    cat >"$folder/${name%=*}" <<END
#!/bin/sh
exec "$compiler" -m32 -msse2 -mfpmath=sse -idirafter "$headers" "\$@"
END
    chmod +x "$folder/${name%=*}"
done
tests/install_other_cmocka.sh "$folder" "$folder/cc"
