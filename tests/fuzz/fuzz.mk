# fuzz.mk - the programs of the fuzz targets: of `make check` here, and of each fuzzer
#
# The Makefile includes it. Each target is linked with the engine FUZZ_ENGINE. Objects are apart from
# those of the other tests, as engines need flags of their own.

FUZZ_ENGINE ?= files
FUZZ_LINK ?=
FUZZ_TARGETS := $(patsubst tests/fuzz/target_%.c,%,$(sort $(wildcard tests/fuzz/target_*.c)))
FUZZ_PROGRAMS := $(FUZZ_TARGETS:%=$(BUILD)/tests/fuzz/$(FUZZ_ENGINE)_%)
FUZZ_SHARED := $(filter-out $(wildcard tests/fuzz/target_*.c tests/fuzz/engine_*.c),$(wildcard tests/fuzz/*.c)) \
	$(TEST_SUPPORT) $(wildcard tests/archive/forge*.c)
FUZZ_REPAIR := $(addprefix tests/fuzz/,fuzz.c archive_parts.c repair_archive.c) $(TEST_SUPPORT) $(wildcard tests/archive/forge*.c)
FUZZ_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(FUZZ_SHARED) $(wildcard tests/fuzz/target_*.c) \
	tests/fuzz/engine_$(FUZZ_ENGINE).c)

$(FUZZ_OBJECTS): $(BUILD)/%.o: %.c $(BUILD)/flags | cmocka
	@mkdir -p $(@D)
	$(CC) $(TEST_FLAGS) $(TEST_CFLAGS) -Itests/fuzz -Isrc $(CMOCKA_CFLAGS) $(DEPENDENCIES) -c $< -o $@

# What a target does not use stays out of it.
$(BUILD)/tests/fuzz/libprogram.a: $(filter-out %/main.o,$(PROGRAM_OBJECTS)) \
		$(FUZZ_SHARED:%.c=$(BUILD)/%.o)
	rm -f $@
	$(AR) rcs $@ $^

$(FUZZ_PROGRAMS): $(BUILD)/tests/fuzz/$(FUZZ_ENGINE)_%: $(BUILD)/tests/fuzz/target_%.o \
		$(BUILD)/tests/fuzz/engine_$(FUZZ_ENGINE).o $(BUILD)/tests/fuzz/libprogram.a $(BUILD)/libsrnn.a
	$(CC) $(TEST_CFLAGS) $(FUZZ_LINK) $(LDFLAGS) -o $@ $^ $(CMOCKA_LIBS) -lm -pthread

fuzz-programs: $(FUZZ_PROGRAMS)

-include $(FUZZ_OBJECTS:.o=.d)

# What `make fuzz` and `make check-fuzz` run: a build for each fuzzer, ENGINE, and the seeds.
ENGINE ?= libfuzzer
fuzz-tools: $(BUILD)/srnn fuzz-$(ENGINE)
	@BUILD=$(BUILD) tests/fuzz/make_seeds.sh $(BUILD)/fuzz/seeds

FUZZ_FLAGS := BUILD=$(BUILD)/fuzz CC=clang WARNINGS=-Wno-pass-failed CPPFLAGS=-DSRNN_ASSERTIONS FUZZ_ENGINE=libfuzzer \
	FUZZ_LINK=-fsanitize=fuzzer
fuzz-libfuzzer:
	@$(call get_clang,fuzzer)
	@$(MAKE) --no-print-directory $(FUZZ_FLAGS) CFLAGS='-O1 -g -fsanitize=fuzzer-no-link $(ADDRESS)' \
		TEST_CFLAGS='-O1 -g $(ADDRESS)' fuzz-programs

# afl-clang-fast takes minutes for kernels of a later instruction set.
fuzz-afl: $(BUILD)/tests/fuzz/repair.so
	@tests/install_tool.sh afl-clang-fast=afl++
	@AFL_QUIET=1 $(MAKE) --no-print-directory BUILD=$(BUILD)/afl CC=afl-clang-fast WARNINGS=-Wno-pass-failed \
		STANDARD=-std=gnu99 CPPFLAGS='-DSRNN_ASSERTIONS -DSRNN_NO_DISPATCH' CFLAGS='-O1 -g -fsanitize=address' \
		TEST_CFLAGS='-O1 -g -fsanitize=address' fuzz-programs

$(BUILD)/tests/fuzz/repair.so: tests/fuzz/engine_afl.c $(FUZZ_REPAIR) $(BUILD)/libsrnn.a | cmocka
	@mkdir -p $(@D)
	$(CC) $(TEST_FLAGS) $(TEST_CFLAGS) -fPIC -shared -Itests/fuzz $(CMOCKA_CFLAGS) -o $@ $^ $(CMOCKA_LIBS) -lm -pthread
