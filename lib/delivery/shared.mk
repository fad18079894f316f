# shared.mk - the shared library: its names, and how it is linked
#
# The Makefile includes it. Both follow the system that CC compiles for, SYSTEM: `windows` for
# mingw-w64, `macos`, and `elf` for all others. What the library exports is in each a list made of
# srnn.h: the functions there and no others.
#
#   SHARED     the file
#   LINK_NAME  the name that programs are linked by, and what `all` makes; elf, macos: a link
#   SONAME     the name that programs start with; elf, macos: a link to SHARED
#   PIC        flags for objects that go into it

# The functions that srnn.h declares.
paren := (
FUNCTIONS := $(shell sed -n 's/^[a-z].*[ *]\(srnn_[a-z0-9_]*\)$(paren).*/\1/p' include/srnn.h)

MACHINE := $(shell $(CC) -dumpmachine 2>/dev/null)
SYSTEM := $(if $(findstring mingw,$(MACHINE)),windows,$(if $(findstring apple,$(MACHINE)),macos,elf))

# Before 1.0 a minor version may break programs, so that it has a soname of its own.
SERIES := $(if $(filter 0,$(VERSION_MAJOR)),0.$(VERSION_MINOR),$(VERSION_MAJOR))

LINK_SHARED = $(CC) $(CFLAGS) $(LDFLAGS)

ifeq ($(SYSTEM),windows)

ifneq (,$(filter install uninstall,$(MAKECMDGOALS)))
$(error make $(MAKECMDGOALS) is not for Windows; `cmake --install` is)
endif
PIC :=
SHARED := srnn.dll
LINK_NAME := srnn.dll
SONAME := srnn.dll

$(BUILD)/srnn.def: include/srnn.h
	@mkdir -p $(@D)
	{ echo 'LIBRARY $(SHARED)'; echo 'EXPORTS'; printf '    %s\n' $(sort $(FUNCTIONS)); } > $@

# Linked with gcc's run-time library, so that it needs no other DLL than those of Windows.
$(BUILD)/$(SHARED): $(LIBRARY_OBJECTS) $(BUILD)/srnn.def
	$(LINK_SHARED) -shared -static-libgcc -Wl,--out-implib,$(BUILD)/libsrnn.dll.a -o $@ $^

else ifeq ($(SYSTEM),macos)

PIC := -fPIC
SHARED := libsrnn.$(VERSION).dylib
LINK_NAME := libsrnn.dylib
SONAME := libsrnn.$(SERIES).dylib

$(BUILD)/libsrnn.exports: include/srnn.h
	@mkdir -p $(@D)
	printf '_%s\n' $(sort $(FUNCTIONS)) > $@

# A program finds the library by the path that is written into it here. So it is linked anew when
# LIBDIR is another.
$(BUILD)/libdir: force
	@mkdir -p $(@D)
	@echo '$(LIBDIR)' | cmp -s - $@ || echo '$(LIBDIR)' > $@

$(BUILD)/$(SHARED): $(LIBRARY_OBJECTS) $(BUILD)/libsrnn.exports $(BUILD)/libdir
	$(LINK_SHARED) -dynamiclib -install_name $(LIBDIR)/$(SONAME) -compatibility_version $(SERIES) \
		-current_version $(VERSION) -Wl,-exported_symbols_list,$(BUILD)/libsrnn.exports \
		-o $@ $(LIBRARY_OBJECTS)

else

PIC := -fPIC
SHARED := libsrnn.so.$(VERSION)
LINK_NAME := libsrnn.so
SONAME := libsrnn.so.$(SERIES)

# Not for a compiler with few flags, such as tcc (COMMON_FLAGS_ONLY).
ifeq ($(COMMON_FLAGS_ONLY),)
LINK_EXACTLY := -Wl,--version-script,$(BUILD)/libsrnn.map -Wl,--no-undefined
endif

# The functions stand under a node of their version.
$(BUILD)/libsrnn.map: include/srnn.h
	@mkdir -p $(@D)
	{ echo 'SRNN_$(SERIES) {'; echo '    global:'; \
	  printf '        %s;\n' $(sort $(FUNCTIONS)); \
	  echo '    local:'; echo '        *;'; echo '};'; } > $@

$(BUILD)/$(SHARED): $(LIBRARY_OBJECTS) $(BUILD)/libsrnn.map
	$(LINK_SHARED) -shared -Wl,-soname,$(SONAME) $(LINK_EXACTLY) -o $@ $(LIBRARY_OBJECTS)

endif

ifneq ($(SYSTEM),windows)
$(BUILD)/$(LINK_NAME): $(BUILD)/$(SHARED)
	ln -sf $(SHARED) $(BUILD)/$(SONAME)
	ln -sf $(SONAME) $@
endif
