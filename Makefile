# libsrnn: simple recurrent networks with the gradient under control.
# `make help` lists the targets. Products go to build/, never into the tree.

VERSION_MAJOR := $(shell sed -n 's/^.define SRNN_VERSION_MAJOR //p' include/srnn.h)
VERSION_MINOR := $(shell sed -n 's/^.define SRNN_VERSION_MINOR //p' include/srnn.h)
VERSION_PATCH := $(shell sed -n 's/^.define SRNN_VERSION_PATCH //p' include/srnn.h)
VERSION := $(VERSION_MAJOR).$(VERSION_MINOR).$(VERSION_PATCH)

BUILD ?= build
PREFIX ?= /usr/local
DESTDIR ?=

# What a user may set. ARITHMETIC is `fused` or `separate` (see lib/README.md).
CC ?= cc
AR ?= ar
CFLAGS ?= -O3
ARITHMETIC ?= fused

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wcast-qual \
	-Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wundef -Werror
STANDARD := -std=c99 -pedantic-errors
# Results are defined to the bit: nothing may be contracted behind their back.
EXACT := -ffp-contract=off
ifeq ($(ARITHMETIC),separate)
EXACT += -DSRNN_ARITHMETIC_SEPARATE
else ifneq ($(ARITHMETIC),fused)
$(error ARITHMETIC is `fused` or `separate`, not `$(ARITHMETIC)`)
endif

# The library keeps no data: a switch over constants must not become a table of
# pointers.
ifneq (,$(findstring clang,$(shell $(CC) --version 2>/dev/null)))
NO_TABLES := -fno-jump-tables
else
NO_TABLES := -fno-tree-switch-conversion
endif
LIBRARY_FLAGS := $(STANDARD) $(EXACT) $(WARNINGS) -fPIC $(NO_TABLES) -Iinclude
PROGRAM_FLAGS := $(STANDARD) $(WARNINGS) -D_POSIX_C_SOURCE=200809L -Iinclude

LIBRARY_SOURCES := $(sort $(wildcard lib/*.c))
LIBRARY_OBJECTS := $(LIBRARY_SOURCES:lib/%.c=$(BUILD)/lib/%.o)
PROGRAM_SOURCES := $(sort $(wildcard src/*.c))
PROGRAM_OBJECTS := $(PROGRAM_SOURCES:src/%.c=$(BUILD)/src/%.o)
EXAMPLES := $(patsubst examples/%.c,$(BUILD)/examples/%,$(sort $(wildcard examples/*.c)))

SONAME := libsrnn.so.$(VERSION_MAJOR)
SHARED := libsrnn.so.$(VERSION)

all: $(BUILD)/libsrnn.a $(BUILD)/libsrnn.so $(BUILD)/srnn ## Library, static and shared, and the program

help: ## This list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z][a-z-]*:.*## / { printf "  %-16s %s\n", $$1, $$2 }' Makefile

# ---------------------------------------------------------------------------
# Library and program
# ---------------------------------------------------------------------------

# Objects are made anew when the flags change, not only the sources.
FLAGS_NOW := $(CC) $(CFLAGS) $(ARITHMETIC)
$(BUILD)/flags: force
	@mkdir -p $(BUILD)
	@echo '$(FLAGS_NOW)' | cmp -s - $@ || echo '$(FLAGS_NOW)' > $@

$(BUILD)/lib/srnn.o: $(dir $(BUILD))amalgamation/srnn.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(LIBRARY_FLAGS) $(CFLAGS) -c $< -o $@

$(BUILD)/lib/%.o: lib/%.c $(BUILD)/flags Makefile
	@mkdir -p $(@D)
	$(CC) $(LIBRARY_FLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/src/%.o: src/%.c $(BUILD)/flags Makefile
	@mkdir -p $(@D)
	$(CC) $(PROGRAM_FLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/libsrnn.a: $(LIBRARY_OBJECTS)
	rm -f $@
	$(AR) rcs $@ $^

# Exactly the functions of the header, under a node of their version.
$(BUILD)/libsrnn.map: include/srnn.h
	@mkdir -p $(@D)
	{ echo 'SRNN_$(VERSION_MAJOR) {'; echo '    global:'; \
	  sed -n 's/^[a-z].*[ *]\(srnn_[a-z0-9_]*\)(.*/        \1;/p' $< | sort; \
	  echo '    local:'; echo '        *;'; echo '};'; } > $@

$(BUILD)/$(SHARED): $(LIBRARY_OBJECTS) $(BUILD)/libsrnn.map
	$(CC) $(CFLAGS) -shared -Wl,-soname,$(SONAME) -Wl,--version-script,$(BUILD)/libsrnn.map \
		-Wl,--no-undefined -o $@ $(LIBRARY_OBJECTS)

$(BUILD)/libsrnn.so: $(BUILD)/$(SHARED)
	ln -sf $(SHARED) $(BUILD)/$(SONAME)
	ln -sf $(SONAME) $@

$(BUILD)/srnn: $(PROGRAM_OBJECTS) $(BUILD)/libsrnn.a
	$(CC) $(CFLAGS) -o $@ $^ -lm -pthread

.PHONY: all help force
force:

-include $(LIBRARY_OBJECTS:.o=.d) $(PROGRAM_OBJECTS:.o=.d)

# ---------------------------------------------------------------------------
# Demo and bench
# ---------------------------------------------------------------------------

demo: $(BUILD)/srnn ## Train the temporal order problem three ways and compare (two minutes)
	$(BUILD)/srnn demo --output $(BUILD)/demo.svg

paper-quick: $(BUILD)/srnn ## One short run of each kind of the paper's experiments (examples/paper)
	@$(MAKE) --no-print-directory -C examples/paper quick SRNN=$(abspath $(BUILD)/srnn) \
		OUT=$(abspath $(BUILD)/paper)

bench: $(BUILD)/srnn ## Measure the training step against the processor's peak
	$(BUILD)/srnn bench

# ---------------------------------------------------------------------------
# Tests
# ---------------------------------------------------------------------------

CMOCKA_CFLAGS = $(shell pkg-config --cflags cmocka 2>/dev/null)
CMOCKA_LIBS = $(shell pkg-config --libs cmocka 2>/dev/null || echo -lcmocka)

TEST_SUPPORT := $(sort $(wildcard tests/support/*.c))
TEST_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/*/test_*.c)))
TEST_SCRIPTS := $(sort $(wildcard tests/*/test_*.sh))
TEST_FLAGS := $(STANDARD) $(WARNINGS) -D_POSIX_C_SOURCE=200809L -Iinclude -Itests/support
RUN := tests/run.sh

# A test program is its own source, the helpers of its folder and the shared
# ones. TEST_LIBRARY lets a check put another build of the library under them.
TEST_LIBRARY ?= $(BUILD)/libsrnn.a
TEST_CFLAGS ?= -O1
test_helpers = $(filter-out $(wildcard $(1)test_*.c) $(TEST_STANDALONE),$(wildcard $(1)*.c))
# Programs with a main of their own, which checks build for themselves.
TEST_STANDALONE := $(addprefix tests/exact/,train_hash.c sweep_elementary.c fused_chains.c)

define TEST_RULE
$(BUILD)/$(1): $(1).c $(call test_helpers,$(dir $(1))) $(TEST_SUPPORT) \
		$(wildcard $(dir $(1))*.h tests/support/*.h) $(TEST_LIBRARY) | cmocka
	@mkdir -p $$(@D)
	$$(CC) $(TEST_FLAGS) $$(TEST_CFLAGS) -I$(dir $(1)) $$(CMOCKA_CFLAGS) -o $$@ \
		$(1).c $(call test_helpers,$(dir $(1))) $(TEST_SUPPORT) $(TEST_LIBRARY) \
		$$(CMOCKA_LIBS) -lm -pthread
endef
$(foreach test,$(TEST_PROGRAMS:$(BUILD)/%=%),$(eval $(call TEST_RULE,$(test))))

cmocka: ## Get cmocka with the system's package manager if it is missing
	@tests/install_cmocka.sh

test-programs: $(TEST_PROGRAMS)

check: all examples test-programs ## The tests: everything that takes less than two minutes
	@BUILD=$(BUILD) CC="$(CC)" $(RUN) $(TEST_PROGRAMS) $(TEST_SCRIPTS)

# The slower checks. Each builds what it needs in a folder of its own below
# build/ and runs the tests there.

check-all: check-clang check-address check-thread check-valgrind check-bits check-separate check-sweep check-amalgamation check-abi check-paper check-ffi check-pytorch check-mpi ## The slower checks

check-clang: ## Build and test with clang, all warnings being errors
	@tests/install_tool.sh clang
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/clang CC=clang check

check-address: ## The tests under the address and undefined-behaviour sanitizers
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/address check-here \
		CFLAGS='-O1 -g $(ADDRESS)' TEST_CFLAGS='-O1 -g $(ADDRESS)'

check-thread: ## The tests that use threads under the thread sanitizer
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/thread check-here ONLY='tests/exact/%' \
		CFLAGS='-O1 -g -fsanitize=thread' TEST_CFLAGS='-O1 -g -fsanitize=thread'

check-valgrind: ## The api tests under valgrind
	@tests/install_tool.sh valgrind
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/valgrind check-here ONLY='tests/api/% tests/archive/test_archive tests/archive/test_pytorch' \
		UNDER='valgrind -q --error-exitcode=1 --leak-check=full' CFLAGS='-O2 -g'

check-bits: ## One hash: compilers, levels, instruction sets, threads, processors
	@BUILD=$(BUILD) tests/exact/check_bits.sh

check-separate: ## Tests and bits of the separate arithmetic family
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/separate ARITHMETIC=separate check-here \
		ONLY='tests/api/% tests/exact/% tests/reference/%'
	@BUILD=$(BUILD)/separate ARITHMETIC=separate LEVELS='-O0 -O3' tests/exact/check_bits.sh

check-sweep: ## exp, log, tanh, sigmoid and sqrt over all 2^32 arguments
	@BUILD=$(BUILD) CC="$(CC)" $(RUN) tests/exact/check_sweep.sh

check-amalgamation: amalgamation ## The api tests against the library built from one file
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/one-file check-here ONLY='tests/api/% tests/archive/%' \
		LIBRARY_SOURCES=$(BUILD)/amalgamation/srnn.c \
		LIBRARY_OBJECTS=$(BUILD)/one-file/lib/srnn.o

check-abi: ## The shared library's interface against the baseline, with abidiff
	@BUILD=$(BUILD) CC="$(CC)" tests/abi/check_abi.sh

check-paper: paper-quick ## That short runs of the paper's experiments give the committed numbers
	@$(MAKE) --no-print-directory -C examples/paper verify OUT=$(abspath $(BUILD)/paper)

check-ffi: all examples ## The library from Python, LuaJIT, Node.js, Rust, Go and Java: the bits of C
	@$(MAKE) --no-print-directory -s install DESTDIR= PREFIX=$(abspath $(BUILD)/ffi/installed)
	@BUILD=$(BUILD) CC="$(CC)" $(RUN) $(sort $(wildcard tests/ffi/check_*.sh))

check-pytorch: $(BUILD)/srnn ## The same outputs in srnn and in PyTorch's own nn.RNN
	@BUILD=$(BUILD) tests/pytorch/check_pytorch.sh

check-mpi: $(BUILD)/libsrnn.a ## Data-parallel training on 1, 2 and 4 ranks of Open MPI (examples/mpi)
	@BUILD=$(BUILD) tests/examples/check_mpi.sh

ADDRESS := -fsanitize=address,undefined,float-divide-by-zero,float-cast-overflow -fno-sanitize-recover=all
ONLY ?= tests/%
UNDER ?=

# The test programs that ONLY names, with the library of this BUILD, run UNDER
# a tool.
check-here: $(filter $(ONLY:%=$(BUILD)/%),$(TEST_PROGRAMS))
	@BUILD=$(BUILD) UNDER='$(UNDER)' $(RUN) $^

.PHONY: demo paper-quick bench cmocka test-programs check check-all check-clang check-address check-thread \
	check-valgrind check-bits check-separate check-sweep check-amalgamation check-abi check-paper check-ffi check-pytorch check-mpi check-here

# ---------------------------------------------------------------------------
# Examples
# ---------------------------------------------------------------------------

examples: $(EXAMPLES) ## The short programs of examples/

$(BUILD)/examples/%: examples/%.c $(BUILD)/libsrnn.a
	@mkdir -p $(@D)
	$(CC) $(PROGRAM_FLAGS) $(CFLAGS) -o $@ $< $(BUILD)/libsrnn.a -pthread

.PHONY: examples

# ---------------------------------------------------------------------------
# Delivery
# ---------------------------------------------------------------------------

amalgamation: $(BUILD)/amalgamation/srnn.c $(BUILD)/amalgamation/srnn.h ## The library as srnn.c and srnn.h

$(BUILD)/amalgamation/srnn.c: lib/amalgamate.awk $(LIBRARY_SOURCES) $(wildcard lib/*.h)
	@mkdir -p $(@D)
	awk -f lib/amalgamate.awk $(LIBRARY_SOURCES) > $@.tmp
	mv $@.tmp $@

$(BUILD)/amalgamation/srnn.h: include/srnn.h
	@mkdir -p $(@D)
	cp $< $@

# What install puts where; uninstall takes exactly these away.
INSTALLED := include/srnn.h lib/libsrnn.a lib/$(SHARED) lib/$(SONAME) lib/libsrnn.so \
	lib/pkgconfig/srnn.pc bin/srnn share/man/man1/srnn.1

install: all ## Install below PREFIX (/usr/local), in DESTDIR
	mkdir -p $(sort $(dir $(addprefix $(DESTDIR)$(PREFIX)/,$(INSTALLED))))
	install -m 644 include/srnn.h $(DESTDIR)$(PREFIX)/include/srnn.h
	install -m 644 $(BUILD)/libsrnn.a $(DESTDIR)$(PREFIX)/lib/libsrnn.a
	install -m 755 $(BUILD)/$(SHARED) $(DESTDIR)$(PREFIX)/lib/$(SHARED)
	ln -sf $(SHARED) $(DESTDIR)$(PREFIX)/lib/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(PREFIX)/lib/libsrnn.so
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' lib/srnn.pc.in \
		> $(DESTDIR)$(PREFIX)/lib/pkgconfig/srnn.pc
	install -m 755 $(BUILD)/srnn $(DESTDIR)$(PREFIX)/bin/srnn
	install -m 644 src/srnn.1 $(DESTDIR)$(PREFIX)/share/man/man1/srnn.1

uninstall: ## Take away what install put there
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/,$(INSTALLED))

.PHONY: amalgamation install uninstall

clean: ## Remove build/
	rm -rf $(BUILD)

.PHONY: clean
