# libsrnn: simple recurrent networks with the gradient under control.
# `make help` lists the targets. Products go to build/, never into the tree.

VERSION_MAJOR := $(shell sed -n 's/^.define SRNN_VERSION_MAJOR //p' include/srnn.h)
VERSION_MINOR := $(shell sed -n 's/^.define SRNN_VERSION_MINOR //p' include/srnn.h)
VERSION_PATCH := $(shell sed -n 's/^.define SRNN_VERSION_PATCH //p' include/srnn.h)
VERSION := $(VERSION_MAJOR).$(VERSION_MINOR).$(VERSION_PATCH)

BUILD ?= build
# make splits at blanks, so that its names of targets cannot have any.
ifneq ($(words $(BUILD)) $(words x$(BUILD)x),1 1)
$(error BUILD must be a path without blanks, not `$(BUILD)`)
endif
# Where install puts things, below DESTDIR.
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
INCLUDEDIR ?= $(PREFIX)/include
LIBDIR ?= $(PREFIX)/lib
PKGCONFIGDIR ?= $(LIBDIR)/pkgconfig
CMAKEDIR ?= $(LIBDIR)/cmake/srnn
MANDIR ?= $(PREFIX)/share/man
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d
DESTDIR ?=

# What a user may set, CPPFLAGS and LDFLAGS too. ARITHMETIC is `fused` or `separate` (see lib/README.md).
CC ?= cc
AR ?= ar
CFLAGS ?= -O3
# A warning of a later compiler should not keep a release from being built.
WERROR ?= $(if $(wildcard .git),-Werror)
ARITHMETIC ?= fused
# MPI=1 lets the processes of mpirun share one `srnn train`; MPICC, MPI's
# wrapper around CC, then compiles and links.
MPI ?=
MPICC ?= mpicc
# What the names of mingw-w64's tools begin with.
MINGW ?= x86_64-w64-mingw32

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wcast-qual \
	-Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wundef $(WERROR)
STANDARD := -std=c99 -pedantic-errors
# Results are defined to the bit: nothing may be contracted behind their back. The library's source
# turns contraction off by a pragma, which clang overrides under a user's -ffp-contract=fast. So
# these flags come after the user's.
EXACT := -ffp-contract=off
ifeq ($(ARITHMETIC),separate)
EXACT += -DSRNN_NO_FMA
else ifneq ($(ARITHMETIC),fused)
$(error ARITHMETIC is `fused` or `separate`, not `$(ARITHMETIC)`)
endif

# The library keeps no data: a switch over constants must not become a table of pointers. Of these
# flags gcc takes the first and clang the second. A compiler that takes neither is told no flag but
# the common ones, and of its objects every header is a dependency.
NO_TABLES := $(shell for flag in -fno-tree-switch-conversion -fno-jump-tables; do \
	$(CC) $(STANDARD) -Werror $$flag -E -x c /dev/null >/dev/null 2>&1 && echo $$flag && break; done)
ifneq ($(NO_TABLES),)
DEPENDENCIES := -MMD -MP
else
COMMON_FLAGS_ONLY := yes
STANDARD := -std=c99
HEADERS := $(wildcard include/*.h lib/*/*.h src/*/*.h)
endif
LIBRARY_FLAGS = $(STANDARD) $(WARNINGS) $(PIC) $(NO_TABLES) -Iinclude -Ilib
PROGRAM_FLAGS := $(STANDARD) $(WARNINGS) -D_POSIX_C_SOURCE=200809L -Iinclude

LIBRARY_SOURCES := $(sort $(wildcard lib/*.c lib/*/*.c))
LIBRARY_OBJECTS := $(LIBRARY_SOURCES:lib/%.c=$(BUILD)/lib/%.o)
# One of two files has the functions of src/support/ranks.h.
ifeq ($(MPI),1)
RANKS_ELSEWHERE := src/support/ranks_one.c
PROGRAM_CC = OMPI_CC="$(CC)" MPICH_CC="$(CC)" $(MPICC)
else ifeq ($(MPI),)
RANKS_ELSEWHERE := src/support/ranks_mpi.c
PROGRAM_CC = $(CC)
else
$(error MPI is 1 or nothing, not `$(MPI)`)
endif
PROGRAM_SOURCES := $(filter-out $(RANKS_ELSEWHERE),$(sort $(wildcard src/*.c src/*/*.c)))
PROGRAM_OBJECTS := $(PROGRAM_SOURCES:src/%.c=$(BUILD)/src/%.o)
EXAMPLES := $(patsubst examples/%.c,$(BUILD)/examples/%,$(sort $(wildcard examples/*.c)))

.DEFAULT_GOAL := all
include lib/delivery/shared.mk

# The program is for POSIX systems.
all: $(BUILD)/libsrnn.a $(BUILD)/$(LINK_NAME) $(if $(filter windows,$(SYSTEM)),,$(BUILD)/srnn $(BUILD)/srnn.3) ## Library, static and shared, the program and manual pages

help: ## This list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z][a-z0-9-]*:.*## / { printf "  %-18s %s\n", $$1, $$2 }' Makefile

# ---------------------------------------------------------------------------
# Library and program
# ---------------------------------------------------------------------------

# Objects are made anew when the flags change, not only the sources.
FLAGS_NOW := $(strip $(CC) $(CPPFLAGS) $(CFLAGS) $(ARITHMETIC) $(if $(MPI),$(MPICC)))
$(BUILD)/flags: force
	@mkdir -p $(BUILD)
	@echo '$(FLAGS_NOW)' | cmp -s - $@ || echo '$(FLAGS_NOW)' > $@

# check-amalgamation builds the one file in the place of the library's own.
$(BUILD)/lib/srnn.o: $(dir $(BUILD))amalgamation/srnn.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(LIBRARY_FLAGS) $(CPPFLAGS) $(CFLAGS) $(EXACT) -c $< -o $@

$(BUILD)/lib/%.o: lib/%.c $(HEADERS) $(BUILD)/flags Makefile
	@mkdir -p $(@D)
	$(CC) $(LIBRARY_FLAGS) $(CPPFLAGS) $(CFLAGS) $(EXACT) $(DEPENDENCIES) -c $< -o $@

$(BUILD)/src/%.o: src/%.c $(HEADERS) $(BUILD)/flags Makefile
	@mkdir -p $(@D)
	$(PROGRAM_CC) $(PROGRAM_FLAGS) -Isrc $(CPPFLAGS) $(CFLAGS) $(EXACT) $(DEPENDENCIES) -c $< -o $@

# Without dates and owners of the objects, where AR can leave them out.
$(BUILD)/libsrnn.a: $(LIBRARY_OBJECTS)
	rm -f $@
	$(AR) rcsD $@ $^ 2>/dev/null || $(AR) rcs $@ $^

windows: ## The library for Windows in build/windows: srnn.dll and libsrnn.a, by mingw-w64
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/windows CC=$(MINGW)-gcc AR=$(MINGW)-gcc-ar all

$(BUILD)/srnn: $(PROGRAM_OBJECTS) $(BUILD)/libsrnn.a
	$(PROGRAM_CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lm -pthread

$(BUILD)/srnn.3: include/srnn.h lib/delivery/manual.awk src/srnn.1
	@mkdir -p $(@D)
	awk -v date="$$(sed -n 's/^\.Dd //p' src/srnn.1)" -f lib/delivery/manual.awk include/srnn.h > $@.tmp
	mv $@.tmp $@

.PHONY: all help windows force
force:

-include $(LIBRARY_OBJECTS:.o=.d) $(PROGRAM_OBJECTS:.o=.d)

# ---------------------------------------------------------------------------
# Demo and bench
# ---------------------------------------------------------------------------

demo: $(BUILD)/srnn ## Train the temporal order problem four ways and compare (one minute)
	$(BUILD)/srnn demo --output $(BUILD)/demo.svg

# The path of the checkout may have blanks, so it is not part of this one.
FROM_PAPER = $(if $(filter /%,$(BUILD)),,../../)$(BUILD)

paper-quick: $(BUILD)/srnn ## One short run of each kind of the paper's experiments (examples/paper)
	@$(MAKE) --no-print-directory -C examples/paper quick SRNN=$(FROM_PAPER)/srnn OUT=$(FROM_PAPER)/paper

bench: $(BUILD)/srnn ## Measure the training step against the processor's peak
	$(BUILD)/srnn bench

# The sides of bench-peers: a program for each library (see tests/peers).
$(BUILD)/tests/peers/step_srnn: tests/peers/step_srnn.c $(filter-out %/main.o,$(PROGRAM_OBJECTS)) $(BUILD)/libsrnn.a
	@mkdir -p $(@D)
	$(PROGRAM_CC) $(PROGRAM_FLAGS) -Isrc $(CFLAGS) $(EXACT) $(LDFLAGS) -o $@ $^ -lm -pthread

$(BUILD)/tests/peers/step_onednn: tests/peers/step_onednn.cpp
	@mkdir -p $(@D)
	$(CXX) -O2 -std=c++14 -Wall -Wextra -o $@ $< -ldnnl

# Its settings come from the environment, where make puts what its command line sets. With $(MAKE) in its line, `make -n`
# would run it.
bench-peers: $(BUILD)/tests/peers/step_srnn ## Measure the training step beside oneDNN's and PyTorch's (tests/peers)
	@tests/install_tool.sh python3
	@BUILD=$(BUILD) MAKE='$(MAKE_COMMAND)' python3 tests/peers/bench_peers.py

bench-wasm: wasm $(BUILD)/libsrnn.a ## Measure the training step of the WebAssembly module beside the native ones
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/separate ARITHMETIC=separate $(BUILD)/separate/libsrnn.a
	@BUILD=$(BUILD) CC="$(CC)" tests/wasm/bench_wasm.sh

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

# A test program is its own object, those of its folder's helpers and of the shared ones, each
# compiled once. TEST_LIBRARY lets a check put another build of the library under them.
TEST_LIBRARY ?= $(BUILD)/libsrnn.a
TEST_CFLAGS ?= -O1
test_helpers = $(filter-out $(wildcard $(1)test_*.c) $(TEST_STANDALONE),$(wildcard $(1)*.c))
# Programs with a main of their own, which checks build for themselves.
TEST_STANDALONE := $(addprefix tests/exact/,train_hash.c sweep_elementary.c fused_chains.c)

test_objects = $(patsubst tests/%.c,$(BUILD)/tests/%.o,$(1))

$(BUILD)/tests/%.o: tests/%.c $(BUILD)/flags Makefile | cmocka
	@mkdir -p $(@D)
	$(CC) $(TEST_FLAGS) $(TEST_CFLAGS) -I$(<D) $(CMOCKA_CFLAGS) $(DEPENDENCIES) -c $< -o $@

define TEST_RULE
$(BUILD)/$(1): $(call test_objects,$(1).c $(call test_helpers,$(dir $(1))) $(TEST_SUPPORT)) $(TEST_LIBRARY)
	$$(CC) $$(TEST_CFLAGS) -o $$@ $$^ $$(CMOCKA_LIBS) -lm -pthread
endef
$(foreach test,$(TEST_PROGRAMS:$(BUILD)/%=%),$(eval $(call TEST_RULE,$(test))))

-include $(wildcard $(BUILD)/tests/*/*.d)

cmocka: ## Get cmocka with the system's package manager if it is missing
	@tests/install_cmocka.sh

test-programs: $(TEST_PROGRAMS)

include tests/fuzz/fuzz.mk

check: ## The tests: everything that takes less than two minutes
	+@tests/alone.sh $(BUILD) $(MAKE) --no-print-directory check-now

check-now: all examples test-programs fuzz-programs
	@BUILD=$(BUILD) CC="$(CC)" $(RUN) $(TEST_PROGRAMS) $(TEST_SCRIPTS)

# The slower checks. Those with other flags build in folders below build/, the
# others use what `make check` has built.

# Those that fail most often and take least time are first. The rows run side by side (tests/check_all.sh): the first
# has what keeps all processors busy, the second what downloads, or mostly has one process.
CHECKS := check-compact check-coverage check-clang check-i386 check-awks check-static check-address check-thread \
	check-memory check-s390x check-sweep check-bits check-fuzz
CHECKS_BESIDE := check-abi check-tcc check-install check-cmake check-amalgamation check-macos check-wasm check-web \
	check-separate check-packages check-windows check-debian check-ffi check-faults check-paper check-pytorch check-mpi \
	check-firmware
# Run by name before a release (tests/README.md): the whole of checks that check-all runs in part, valgrind, gcc's
# sanitizers and Frama-C.
SLOW_CHECKS := check-address-gcc check-valgrind check-static-all check-bits-all check-sweep-all check-proof check-i386-all \
	check-s390x-all check-kills

check-all: ## What runs before a change lands: check, then the slower checks, each with its seconds
	+@MAKE='$(MAKE)' BUILD=$(BUILD) tests/alone.sh $(BUILD)/checks tests/check_all.sh check '$(CHECKS)' '$(CHECKS_BESIDE)'

check-slow: ## The checks that take too long for check-all: before a release
	+@MAKE='$(MAKE)' BUILD=$(BUILD) tests/alone.sh $(BUILD)/checks tests/check_all.sh '$(SLOW_CHECKS)'

# The other scripts of the program run in check-address, which builds with clang too.
check-clang: ## Build everything with clang, all warnings being errors; the test programs, and the objects' contents
	@tests/install_tool.sh clang
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/clang CC=clang all examples fuzz-programs check-here \
		SCRIPTS='$(filter tests/layers/%,$(TEST_SCRIPTS)) tests/program/test_train.sh'

# tcc optimises nothing: the tests that take seconds with it. check-bits has a row for its bits.
check-tcc: ## Build with tcc, which has few of gcc's flags, and run quick tests
	@tests/install_tool.sh tcc
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/tcc CC=tcc all examples test-programs check-here \
		ONLY='$(addprefix tests/,api/test_backward api/test_clipper% api/test_forward api/test_loss api/test_o% api/test_pas% \
		api/test_w% archive/test_pa% torture/test_al%)'
	@BUILD=$(BUILD)/tcc CC=tcc $(RUN) tests/program/test_predict.sh tests/program/test_metadata.sh

# $(call get_clang,PART): clang with a part of its run-time library, in the package of its version.
get_clang = tests/install_tool.sh clang && tests/install_tool.sh \
	"$$(clang -print-runtime-dir)/libclang_rt.$(1)-$$(uname -m).a=libclang-rt-$$(clang -dumpversion | cut -d. -f1)-dev"

# Long runs of code that shorter tests run too.
ADDRESS_LONG := $(addprefix tests/,api/test_long_sums archive/test_resuming exact/test_threads)
check-address: ## The tests, those of the program too, under clang's address and undefined-behaviour sanitizers
	@$(call get_clang,asan)
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/address-clang CC=clang check-sanitized LEFT_OUT='$(ADDRESS_LONG)'

check-address-gcc: ## check-address under gcc's sanitizers
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/address-gcc CC=gcc check-sanitized

# Warnings are for the other builds: sanitizers and -O1 bring some of their own. The scripts run under gawk, and
# those of check-coverage under busybox's awk, since check-awks leaves out the scripts of the program.
check-sanitized:
	@tests/get_awk.sh gawk $(BUILD)/tools/gawk || :
	@PATH="$(abspath $(BUILD)/tools/gawk):$$PATH" $(MAKE) --no-print-directory WARNINGS= CPPFLAGS=-DSRNN_ASSERTIONS \
		CFLAGS='-O1 -g $(ADDRESS)' TEST_CFLAGS='-O1 -g $(ADDRESS)' \
		$(BUILD)/srnn check-here SCRIPTS='$(sort $(wildcard tests/program/test_*.sh))'

# Of the api tests, the long ones run few kernels. Alone, the compact kernels divide no layer by columns.
COMPACT_LONG := $(addprefix tests/api/test_,copy long_sums spectrum threads)
COMPACT_TESTS := tests/api/% tests/reference/% tests/exact/%
check-compact: ## The tests on the compact kernels of -Os, with the AVX kernels beside them and without
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/compact CFLAGS=-Os check-here ONLY='$(COMPACT_TESTS)' \
		LEFT_OUT='$(COMPACT_LONG)'
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/compact-alone CFLAGS=-Os CPPFLAGS=-DSRNN_NO_DISPATCH \
		check-here ONLY='$(COMPACT_TESTS)' LEFT_OUT='$(COMPACT_LONG) tests/exact/test_columns'

check-static: ## What gcc's analyzer, clang-tidy and cppcheck find in lib and src, and nobody has accepted (tests/static)
	@BUILD=$(BUILD) PLAN=part tests/static/check_static.sh

check-static-all: ## check-static with clang-tidy on all files, not only those that read hostile ones
	@BUILD=$(BUILD) tests/static/check_static.sh

# By name, since the package of Frama-C takes 880 MB.
check-proof: ## Frama-C's EVA looks at the readers of a file's header on any bytes (tests/proof)
	@BUILD=$(BUILD) tests/proof/check_proof.sh

check-awks: all examples ## The test scripts under each of mawk, gawk and busybox that is not `awk` already
	@BUILD=$(BUILD) CC="$(CC)" tests/check_awks.sh

# At -O1 gcc merges and drops branches before it counts them. The threads of a test share the counters,
# which have to be atomic for that: gcov subtracts counts, so one lost update makes lines wrong that ran
# once. A function that is inlined for every shape of a tile would count once for each. The program is
# linked with the library of BUILD, which is faster and counts nothing.
COUNTED := -O0 --coverage -fprofile-update=atomic
COVERAGE := $(BUILD)/coverage
# Long runs, thousands of random cases and threads would take most of the time, and reach nothing more.
COVERAGE_NOT := $(addprefix tests/,api/test_long_sums api/test_threads archive/test_checkpoint_damage \
	archive/test_contents_damage archive/test_resuming $(addprefix exact/test_,bits threads workspaces) \
	$(addprefix reference/test_,differences figure_3 figure_6 gradient) torture/test_rooms)
COVERAGE_TESTS := $(filter-out $(COVERAGE_NOT),$(patsubst %.c,%,$(sort $(wildcard \
	$(addprefix tests/,$(addsuffix /test_*.c,api archive exact reference torture))))))
COVERAGE_SCRIPTS := $(sort $(wildcard tests/program/test_*.sh))
check-coverage: $(BUILD)/libsrnn.a ## The lines and branches of lib/ and src/ that the tests reach (tests/coverage)
	@$(MAKE) --no-print-directory -s BUILD=$(COVERAGE) CC=gcc WARNINGS=-w CPPFLAGS=-Dalways_inline=noinline \
		CFLAGS='$(COUNTED)' TEST_CFLAGS='-O1 --coverage' $(COVERAGE_TESTS:%=$(COVERAGE)/%)
	@mkdir -p $(COVERAGE)/program
	@cp -p $(BUILD)/libsrnn.a $(COVERAGE)/program/
	@$(MAKE) --no-print-directory -s BUILD=$(COVERAGE)/program CC=gcc CFLAGS='$(COUNTED)' \
		-o $(COVERAGE)/program/libsrnn.a $(COVERAGE)/program/srnn
	@tests/get_awk.sh busybox $(BUILD)/tools/busybox || :
	@PATH="$(abspath $(BUILD)/tools/busybox):$$PATH" \
		BUILD=$(COVERAGE) tests/coverage/check_coverage.sh $(COVERAGE_TESTS:%=$(COVERAGE)/%) $(COVERAGE_SCRIPTS)

check-thread: ## The tests that use threads under the thread sanitizer
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/thread check-here ONLY='tests/exact/test_threads tests/api/test_threads' \
		CFLAGS='-O1 -g -fsanitize=thread' TEST_CFLAGS='-O1 -g -fsanitize=thread'

# The api and archive tests that take long on an emulated processor.
EMULATED_LONG := $(addprefix tests/,$(addprefix api/test_,copy growth long_sums parallel restarts spectrum threads) \
	$(addprefix archive/test_,checkpoint_damage contents_damage resuming))

# What tests/i386_tools.sh puts there comes first, so that scripts which call a compiler get that for i386. Without
# a fused multiply-add in the baseline, training takes most of the time of the whole.
I386 = PATH="$(abspath $(BUILD)/tools/i386):$$PATH" PKG_CONFIG_LIBDIR=$(abspath $(BUILD)/tools/i386) \
	$(MAKE) --no-print-directory BUILD=$(BUILD)/i386 CC=cc CXX=c++
check-i386: ## A 32-bit build, emulated where the kernel does not run it: the tests of sizes, files and readers
	@tests/i386_tools.sh $(BUILD)/tools/i386
	+@$(I386) $(BUILD)/i386/srnn
	+@$(I386) check-here ONLY='tests/api/% tests/archive/% tests/torture/test_al%' LEFT_OUT='$(EMULATED_LONG)' \
		SCRIPTS='$(addprefix tests/,layers/test_core.sh $(patsubst %,program/test_%.sh,archives convert limits midi readers))'

check-i386-all: ## The whole of check in a 32-bit build
	@tests/i386_tools.sh $(BUILD)/tools/i386
	+@$(I386) check

# Without -fexcess-precision=fast the library does not compile for s390x, which check-bits tests.
S390X := s390x-linux-gnu
S390X_CC := $(S390X)-gcc -fexcess-precision=fast
check-s390x: ## The api and archive tests that end soon on a big-endian processor, emulated
	@$(MAKE) --no-print-directory check-s390x-all LEFT_OUT='$(EMULATED_LONG)'

check-s390x-all: ## All api and archive tests on a big-endian processor, emulated
	@tests/install_tool.sh $(S390X)-gcc=gcc-$(S390X) /usr/$(S390X)/lib/crt1.o=libc6-dev-s390x-cross qemu-s390x=qemu-user
	@tests/install_other_cmocka.sh $(BUILD)/tools/s390x $(S390X_CC)
	@PKG_CONFIG_LIBDIR=$(abspath $(BUILD)/tools/s390x) $(MAKE) --no-print-directory BUILD=$(BUILD)/s390x \
		CC='$(S390X_CC)' AR=$(S390X)-gcc-ar TEST_CFLAGS='-O1 -static' UNDER=qemu-s390x check-here ONLY='tests/api/% tests/archive/%'

# Every object of these programs knows the sanitizer, cmocka's too. The fuzz targets run the corpus of the tree. Left
# out are tests that train long.
MEMORY_CC := clang -fsanitize=memory
MEMORY = PKG_CONFIG_LIBDIR=$(abspath $(BUILD)/tools/memory) $(MAKE) --no-print-directory BUILD=$(BUILD)/memory \
	CC='$(MEMORY_CC)' WARNINGS=-Wno-pass-failed CPPFLAGS=-DSRNN_ASSERTIONS CFLAGS='-O1 -g' TEST_CFLAGS='-O1 -g'
MEMORY_LONG := $(addprefix tests/,api/test_long_sums torture/test_placement torture/test_rooms reference/test_gradient archive/test_resuming)
check-memory: ## The tests and the fuzz corpus under clang's memory sanitizer, which sees what was never written
	@$(call get_clang,msan)
	@tests/install_other_cmocka.sh $(BUILD)/tools/memory $(MEMORY_CC)
	+@$(MEMORY) fuzz-programs
	+@$(MEMORY) check-here SCRIPTS=tests/fuzz/test_corpus.sh LEFT_OUT='$(MEMORY_LONG)' \
		ONLY='tests/api/% tests/archive/% tests/torture/% tests/reference/%'

# test_long_sums would take a third of the time, and only adds numbers.
check-valgrind: ## The api tests, and those of models and of PyTorch's files, under valgrind
	@tests/install_tool.sh valgrind
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/valgrind check-here \
		ONLY='tests/api/% tests/archive/test_model% tests/archive/test_pytorch%' LEFT_OUT=tests/api/test_long_sums \
		UNDER='valgrind -q --error-exitcode=1 --leak-check=full' CFLAGS='-O2 -g'

check-bits: ## Training has one hash by all compilers, levels, instruction sets and processors: a part of the plan
	@BUILD=$(BUILD) PLAN=part tests/exact/check_bits.sh

check-bits-all: ## check-bits by the whole plan, for both families of arithmetic
	@BUILD=$(BUILD) tests/exact/check_bits.sh
	@BUILD=$(BUILD)/separate ARITHMETIC=separate tests/exact/check_bits.sh

check-separate: ## Tests and bits of the separate arithmetic family
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/separate ARITHMETIC=separate check-here \
		ONLY='$(addprefix tests/api/test_,families forward% random status) tests/exact/% tests/reference/%'
	@BUILD=$(BUILD)/separate ARITHMETIC=separate PLAN=part COMPILERS='gcc-12 clang-14' LEVELS=-O3 tests/exact/check_bits.sh

check-sweep: ## exp, log, tanh, sigmoid and sqrt over every seventh of the 2^32 arguments
	@BUILD=$(BUILD) CC="$(CC)" STRIDE=7 $(RUN) tests/exact/check_sweep.sh

check-sweep-all: ## check-sweep over all 2^32 arguments
	@BUILD=$(BUILD) CC="$(CC)" $(RUN) tests/exact/check_sweep.sh

check-amalgamation: amalgamation all ## The library built from one file, and under a user's flags
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/one-file check-here ONLY='tests/api/% tests/archive/test_model_file' \
		LIBRARY_SOURCES=$(BUILD)/amalgamation/srnn.c \
		LIBRARY_OBJECTS=$(BUILD)/one-file/lib/srnn.o
	@BUILD=$(BUILD) CC="$(CC)" $(RUN) tests/consumer/check_amalgamation.sh tests/exact/check_flags.sh

check-cmake: all ## Users who build the library with CMake, by every generator
	@BUILD=$(BUILD) tests/consumer/check_cmake.sh

check-windows: all ## The library for Windows, by mingw-w64 and clang-cl, run under wine
	@BUILD=$(BUILD) tests/consumer/check_windows.sh

check-macos: all ## The libraries for macOS, by clang and LLVM's linker
	@BUILD=$(BUILD) tests/consumer/check_macos.sh

check-install: all ## Users of the installed library: pkg-config, CMake, C++; the release
	@BUILD=$(BUILD) tests/consumer/check_install.sh

check-debian: all ## Debian packages, twice with the same bytes, by lintian, and a program built with them
	@BUILD=$(BUILD) tests/consumer/check_debian.sh

check-abi: ## The shared library's interface against the baseline, with abidiff
	@BUILD=$(BUILD) CC="$(CC)" tests/abi/check_abi.sh

check-paper: paper-quick ## Short runs of the paper's experiments give the committed numbers
	@$(MAKE) --no-print-directory -C examples/paper verify OUT=$(FROM_PAPER)/paper

check-ffi: all examples ## The library from Python, LuaJIT, Node.js, Rust, Go and Java: the bits of C
	@$(MAKE) --no-print-directory -s install DESTDIR=$(BUILD)/ffi PREFIX=/installed
	@BUILD=$(BUILD) CC="$(CC)" $(RUN) $(sort $(wildcard tests/ffi/check_*.sh))

check-pytorch: $(BUILD)/srnn ## The same outputs in srnn and in PyTorch's own nn.RNN
	@BUILD=$(BUILD) tests/pytorch/check_pytorch.sh

check-mpi: $(BUILD)/srnn ## Training on several ranks of Open MPI: examples/mpi, and `make MPI=1`
	@BUILD=$(BUILD) tests/examples/check_mpi.sh
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/mpi MPI=1 MPICC=mpicc.openmpi $(BUILD)/mpi/srnn
	@BUILD=$(BUILD)/mpi PLAIN=$(BUILD)/srnn tests/program/check_ranks.sh

check-firmware: ## Train, load and stream on emulated microcontrollers, to the same bits
	@BUILD=$(BUILD) CC="$(CC)" tests/firmware/check_firmware.sh

check-wasm: wasm ## The WebAssembly module in Node: the bits and files of C, errors, memory, types
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/separate ARITHMETIC=separate all examples
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/separate ARITHMETIC=separate install DESTDIR= \
		PREFIX=$(abspath $(BUILD)/separate/ffi/installed)
	@BUILD=$(BUILD)/separate CC="$(CC)" tests/wasm/check_wasm.sh $(BUILD)/wasm

check-fuzz: ## Every fuzz target for FUZZ_SECONDS (30), with libFuzzer (tests/fuzz)
	+@tests/alone.sh $(BUILD)/fuzz $(MAKE) --no-print-directory check-fuzz-now

check-fuzz-now: fuzz-tools
	@BUILD=$(BUILD) tests/fuzz/check_fuzz.sh $(FUZZ_TARGETS)

fuzz: fuzz-tools ## Fuzz TARGET until it fails or is stopped, with ENGINE libfuzzer or afl (tests/fuzz)
	@BUILD=$(BUILD) tests/fuzz/run_target.sh $(TARGET)

check-mutants: ## Small faults in lib: which of MUTANTS (100) no test notices; of FILES, or of lines changed SINCE a commit
	@BUILD=$(BUILD)/mutants CC="$(CC)" tests/mutants/check_mutants.sh

check-faults: $(BUILD)/srnn ## Each call of the program fails, the power fails, and runs are killed (tests/faults)
	@BUILD=$(BUILD) CC="$(CC)" $(RUN) $(sort $(wildcard tests/faults/check_*.sh))

check-kills: $(BUILD)/srnn ## A run that is killed a thousand times, and resumed
	@BUILD=$(BUILD) KILLS=1000 $(RUN) tests/faults/check_kills.sh

check-packages: packages ## Build and run what `make packages` makes, as Arduino and the others would
	@BUILD=$(BUILD) CC="$(CC)" tests/exact/check_contraction.sh
	@BUILD=$(BUILD) CC="$(CC)" tests/packages/check_packages.sh

check-web: web $(BUILD)/srnn ## The live page in headless Chromium: the bits of C, keyboard, light and dark
	@BUILD=$(BUILD) CC="$(CC)" $(RUN) tests/web/check_web.sh

ADDRESS := -fsanitize=address,undefined,float-divide-by-zero,float-cast-overflow -fno-sanitize-recover=all
ONLY ?= tests/%
LEFT_OUT ?=
UNDER ?=
SCRIPTS ?=

# The test programs that ONLY names, but for those LEFT_OUT, with the library of this BUILD, run UNDER
# a tool, and SCRIPTS.
check-here: $(filter-out $(LEFT_OUT:%=$(BUILD)/%),$(filter $(ONLY:%=$(BUILD)/%),$(TEST_PROGRAMS)))
	@BUILD=$(BUILD) CC="$(CC)" UNDER='$(UNDER)' $(RUN) $^ $(SCRIPTS)

.PHONY: demo paper-quick bench bench-peers bench-wasm cmocka test-programs check check-now check-all check-slow check-here \
	check-fuzz-now check-sanitized fuzz fuzz-programs fuzz-tools fuzz-libfuzzer fuzz-afl check-mutants \
	$(CHECKS) $(CHECKS_BESIDE) $(SLOW_CHECKS)

# ---------------------------------------------------------------------------
# Examples
# ---------------------------------------------------------------------------

examples: $(EXAMPLES) ## The short programs of examples/

$(BUILD)/examples/%: examples/%.c $(BUILD)/libsrnn.a
	@mkdir -p $(@D)
	$(CC) $(PROGRAM_FLAGS) $(CFLAGS) $(EXACT) -o $@ $< $(BUILD)/libsrnn.a -pthread

.PHONY: examples

# ---------------------------------------------------------------------------
# Delivery
# ---------------------------------------------------------------------------

amalgamation: $(BUILD)/amalgamation/srnn.c $(BUILD)/amalgamation/srnn.h ## The library as srnn.c and srnn.h

$(BUILD)/amalgamation/srnn.c: lib/delivery/amalgamate.awk LICENSE $(LIBRARY_SOURCES) $(wildcard lib/*/*.h)
	@mkdir -p $(@D)
	awk -f lib/delivery/amalgamate.awk $(LIBRARY_SOURCES) > $@.tmp
	mv $@.tmp $@

$(BUILD)/amalgamation/srnn.h: include/srnn.h
	@mkdir -p $(@D)
	cp $< $@

# The functions of a heap are left out: the classes of srnn.mjs place each object in a block of their
# own. The stack comes first, so that an overflow of it traps. Without -fno-unroll-loops the module
# is a sixth larger and no faster.
WASM_CC ?= clang
WASM_FLAGS := --target=wasm32 -msimd128 -mbulk-memory -O2 -fno-unroll-loops -std=c99 -ffreestanding \
	-nostdlib -fvisibility=hidden -ffp-contract=off -Wno-pass-failed -DSRNN_NO_FMA -DSRNN_NO_HEAP \
	-Ilib/delivery/freestanding \
	-Wl,--no-entry,--export-dynamic,--export=__heap_base,--stack-first,--strip-all
WASM := $(addprefix $(BUILD)/wasm/,srnn.wasm srnn.mjs srnn.js srnn.d.ts package.json README.md LICENSE)

wasm: $(WASM) ## The library as a WebAssembly module with classes for JavaScript, an npm package (lib/delivery/wasm)

$(BUILD)/wasm/srnn.wasm: $(BUILD)/amalgamation/srnn.c $(BUILD)/amalgamation/srnn.h Makefile \
		lib/delivery/freestanding/string.c lib/delivery/freestanding/string.h
	@mkdir -p $(@D)
	@tests/install_tool.sh $(WASM_CC) wasm-ld=lld
	$(WASM_CC) $(WASM_FLAGS) -o $@ $(BUILD)/amalgamation/srnn.c lib/delivery/freestanding/string.c

# A classic script, for pages that are opened as a file: it has srnn.wasm in itself.
$(BUILD)/wasm/srnn.js: $(BUILD)/wasm/srnn.mjs $(BUILD)/wasm/srnn.wasm
	base64 $(BUILD)/wasm/srnn.wasm > $@.base64
	awk -f lib/delivery/wasm/classic.awk $< $@.base64 > $@.tmp
	rm -f $@.base64
	mv $@.tmp $@

$(BUILD)/wasm/LICENSE: LICENSE
	@mkdir -p $(@D)
	cp $< $@

WASM_MODULES := $(addprefix lib/delivery/wasm/,constants.mjs memory.mjs objects.mjs passes.mjs checkpoint.mjs srnn.mjs)
$(BUILD)/wasm/srnn.mjs: $(WASM_MODULES)
$(BUILD)/wasm/%: lib/delivery/wasm/% lib/delivery/wasm/join.awk include/srnn.h
	@mkdir -p $(@D)
	awk -f lib/delivery/wasm/join.awk include/srnn.h $(if $(filter srnn.mjs,$*),$(WASM_MODULES),$<) > $@.tmp
	mv $@.tmp $@

# Made anew each time. The library has no page yet: a reserved name stands in its place.
HOMEPAGE ?= https://libsrnn.example
packages: amalgamation $(BUILD)/srnn ## The library for Arduino, PlatformIO, ESP-IDF, Zephyr and CMSIS, in build/packages
	@tests/install_tool.sh zip
	@SRNN=$(abspath $(BUILD)/srnn) AMALGAMATION=$(BUILD)/amalgamation CC="$(CC)" VERSION=$(VERSION) \
		HOMEPAGE=$(HOMEPAGE) lib/delivery/packages/make_packages.sh $(BUILD)/packages

# The live page (examples/web), with what its C program prints in the same arithmetic.
web: $(BUILD)/web/index.html ## A page that trains a network in the browser, in build/web (examples/web)

$(BUILD)/web/index.html: $(BUILD)/wasm/srnn.js $(wildcard examples/web/*) examples/train.c
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/separate ARITHMETIC=separate $(BUILD)/separate/examples/train
	@mkdir -p $(@D)
	$(BUILD)/separate/examples/train > $(BUILD)/web/transcript
	examples/web/build.sh $(BUILD)/web $(BUILD)/wasm/srnn.js $(BUILD)/web/transcript
	rm $(BUILD)/web/transcript

install: all ## Install below PREFIX (/usr/local), in DESTDIR
uninstall: ## Remove what install put there, with the same PREFIX and DESTDIR
include lib/delivery/install.mk

# Only what is committed: the same commit gives the same bits.
NAME := libsrnn-$(VERSION)
dist: ## The release as build/libsrnn-VERSION.tar.gz, from the last commit
	@git rev-parse -q --verify HEAD >/dev/null 2>&1 && [ -e .git ] || { \
	    echo "make dist: needs a git checkout, which this is not" >&2; exit 1; }
	@git diff --quiet HEAD || echo "make dist: leaves out what is not committed" >&2
	@mkdir -p $(BUILD)
	git -c tar.umask=0022 archive --format=tar --prefix=$(NAME)/ HEAD | gzip -9 -n > $(BUILD)/$(NAME).tar.gz
	@cd $(BUILD) && sha256sum $(NAME).tar.gz

debian: dist ## Debian packages of the last commit, in build/debian (lib/delivery/debian)
	rm -rf $(BUILD)/debian
	mkdir $(BUILD)/debian
	cp $(BUILD)/$(NAME).tar.gz $(BUILD)/debian/libsrnn_$(VERSION).orig.tar.gz
	tar -xpzf $(BUILD)/$(NAME).tar.gz -C $(BUILD)/debian
	cp -Rp $(BUILD)/debian/$(NAME)/lib/delivery/debian $(BUILD)/debian/$(NAME)/
	@# What this make was told is not for the make of the package.
	cd $(BUILD)/debian/$(NAME) && env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u BUILD dpkg-buildpackage -us -uc

.PHONY: amalgamation wasm install uninstall dist debian packages web

clean: ## Remove build/
	rm -rf $(BUILD)

.PHONY: clean
