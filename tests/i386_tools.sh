#!/bin/sh
# i386_tools.sh FOLDER: makes FOLDER/cc, gcc, c++, g++ and clang++, which compile for i386 with SSE2
# on x86-64, and the cmocka for them, FOLDER/cmocka.pc. The processor runs the programs itself, where
# the kernel lets it. Elsewhere, and with EMULATE=1, the compilers make each program that they link a
# script, which runs it by qemu-i386.
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

# linked ARGUMENT...: after a compiler has run with these arguments, puts a script in the place of the
# program that it linked. Only such a file can be executed, so objects stay.
cat >"$folder/linked" <<'END'
#!/bin/sh
program=
while [ $# -gt 0 ]; do
    case $1 in
    -shared) exit 0 ;;
    -o) program=$2 ;;
    esac
    shift
done
[ -f "$program" ] && [ -x "$program" ] || exit 0
mv "$program" "$program.i386"
printf '#!/bin/sh\nexec qemu-i386 "$0.i386" "$@"\n' >"$program"
chmod +x "$program"
END
chmod +x "$folder/linked"

for name in cc=gcc gcc=gcc c++=g++ g++=g++ clang++=clang++; do
    compiler=$(command -v "${name#*=}")
    cat >"$folder/${name%=*}" <<END
#!/bin/sh
set -e
"$compiler" -m32 -msse2 -mfpmath=sse -idirafter "$headers" "\$@"
[ ! -e "$folder/emulate" ] || "$folder/linked" "\$@"
END
    chmod +x "$folder/${name%=*}"
done

rm -f "$folder/emulate"
echo 'int main(void) { return 0; }' >"$folder/empty.c"
"$folder/cc" -o "$folder/empty" "$folder/empty.c"
if [ "${EMULATE:-0}" != 0 ] || ! "$folder/empty" 2>/dev/null; then
    tests/install_tool.sh qemu-i386=qemu-user
    touch "$folder/emulate"
    echo "qemu-i386 runs the programs"
fi
tests/install_other_cmocka.sh "$folder" "$folder/cc"
