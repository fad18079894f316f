#!/bin/sh
# `make -n` runs the lines that have $(MAKE) in them or begin with a plus. So such a line may only call
# make or check_all.sh, perhaps by alone.sh: all three only print then.
set -eu
. tests/program/library.sh

# Print the recipe lines of makefiles that make -n runs and that do more.
runs_more() {
    awk '
        { line = line $0 }
        /\\$/ { sub(/\\$/, " ", line); next }
        line ~ /^\t/ && (line ~ /\$[({]MAKE[)}]/ || line ~ /^\t[@-]*[+]/) {
            rest = line
            sub(/^\t[-@+]*/, "", rest)
            while (rest ~ /^[A-Z0-9_]+=/)
                sub(/^[A-Z0-9_]+=(\047[^\047]*\047|"[^"]*"|\$\([^)]*\)|[^ "\047])* */, "", rest)
            sub(/^tests\/alone\.sh [^ ]+ /, "", rest)
            if (rest !~ /^(\$\((MAKE|I386|MEMORY)\)|tests\/check_all.sh) / || rest ~ /[;&|<>]/ || line ~ /`|\$\$\(/)
                print substr(line, 2)
        }
        { line = "" }' "$@"
}

cd "$scratch"
cat >good <<'END'
all:
	@$(MAKE) all
	+@MAKE='$(MAKE)' A=b tests/check_all.sh check
	+@tests/alone.sh $(BUILD) $(MAKE) x
	@A='a b' B="$$C:d" $(MAKE) x \
		E=f
	rm all
END
[ -z "$(runs_more good)" ] || fail "finds fault with $(runs_more good)"
cat >bad <<'END'
all:
	@A=b MAKE='$(MAKE)' python3 c
	+rm c
	@+rm c
	+@tests/alone.sh $(BUILD) rm c
	$(MAKE) a && rm c
	cd c && \
		$(MAKE)
	@${MAKE}; rm c
	@$(MAKE) help >c
	@A="$$(rm c)" $(MAKE) help
END
[ "$(runs_more bad | wc -l)" -eq 9 ] || fail "overlooks one of $(cat bad), but not $(runs_more bad)"
cd - >/dev/null

more=$(runs_more Makefile lib/delivery/*.mk tests/fuzz/*.mk examples/paper/Makefile examples/paper/clipping/Makefile)
[ -z "$more" ] || fail "make -n runs these lines: $more"
echo "no line that make -n runs does more than call make"
