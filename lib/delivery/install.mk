# install.mk - what `make install` puts where
#
# The Makefile includes it after shared.mk, and has PREFIX and the other folders.

# What uninstall removes. Every function has a manual page, which is a line that leads to srnn.3.
MAN3 := $(MANDIR)/man3
INSTALLED := $(INCLUDEDIR)/srnn.h $(INCLUDEDIR)/srnn.hpp $(BINDIR)/srnn \
	$(addprefix $(LIBDIR)/,libsrnn.a $(SHARED) $(SONAME) $(LINK_NAME)) $(PKGCONFIGDIR)/srnn.pc \
	$(addprefix $(CMAKEDIR)/,srnnConfig.cmake srnnConfigVersion.cmake) \
	$(BASHDIR)/srnn $(ZSHDIR)/_srnn $(FISHDIR)/srnn.fish \
	$(MANDIR)/man1/srnn.1 $(MAN3)/srnn.3 $(FUNCTIONS:%=$(MAN3)/%.3)
INSTALL_DIRECTORIES = $(sort $(patsubst %/,%,$(dir $(INSTALLED:%=$(DESTDIR)%))))
# The directories that install had to make.
MADE = $(BUILD)/made$(subst /,-,$(DESTDIR)$(LIBDIR))
INSTALL_VARIABLES := PREFIX BINDIR INCLUDEDIR LIBDIR PKGCONFIGDIR CMAKEDIR MANDIR BASHDIR ZSHDIR FISHDIR

# Paths stand in files that are read from anywhere, and make splits at blanks.
check_paths = $(foreach name,$(INSTALL_VARIABLES) DESTDIR,\
	$(if $(filter-out 0 1,$(words $($(name)))),$(error $(name) must have no blanks: `$($(name))`))) \
	$(foreach name,$(INSTALL_VARIABLES),$(if $(patsubst /%,,$($(name))),\
	$(error $(name) must be an absolute path, not `$($(name))`)))

# What is below PREFIX is told as $(1), so that the whole may be moved.
below = $(patsubst $(PREFIX)/%,$(1)/%,$(2))
empty :=
# From CMAKEDIR up to PREFIX: as many .. as there are folders between them.
CMAKE_UP = $(if $(filter $(PREFIX)/%,$(CMAKEDIR)),$${_srnn_here}/$(subst $(empty) ,/,$(patsubst \
	%,..,$(subst /, ,$(CMAKEDIR:$(PREFIX)/%=%)))),$(PREFIX))
fill = sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' -e 's|@SHARED@|$(SHARED)|' \
	-e 's|@SONAME@|$(SONAME)|' -e 's|@UP@|$(CMAKE_UP)|' \
	-e 's|@LIBDIR@|$(call below,$(1),$(LIBDIR))|' \
	-e 's|@INCLUDEDIR@|$(call below,$(1),$(INCLUDEDIR))|' -e 's|@POINTER@|$(POINTER)|'
# The bytes of a pointer in what is installed.
POINTER = $(shell echo __SIZEOF_POINTER__ | $(CC) $(CPPFLAGS) $(CFLAGS) -E -P -x c - | tail -n 1)

install:
	@$(check_paths):
	@for directory in $(INSTALL_DIRECTORIES); do \
	    missing=; \
	    while [ ! -d "$$directory" ]; do \
	        missing="$$directory $$missing"; directory=$$(dirname "$$directory"); \
	    done; \
	    for directory in $$missing; do \
	        mkdir "$$directory" && chmod 755 "$$directory" && echo "$$directory" >> $(MADE) || exit 1; \
	    done; \
	done
	install -m 644 include/srnn.h include/srnn.hpp $(DESTDIR)$(INCLUDEDIR)
	install -m 644 $(BUILD)/libsrnn.a $(DESTDIR)$(LIBDIR)/libsrnn.a
	install -m 755 $(BUILD)/$(SHARED) $(DESTDIR)$(LIBDIR)/$(SHARED)
	ln -sf $(SHARED) $(DESTDIR)$(LIBDIR)/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(LIBDIR)/$(LINK_NAME)
	$(call fill,$${prefix}) lib/delivery/srnn.pc.in > $(BUILD)/srnn.pc
	$(call fill,$${_srnn_prefix}) lib/delivery/srnnConfig.cmake.in > $(BUILD)/srnnConfig.cmake
	$(call fill) lib/delivery/srnnConfigVersion.cmake.in > $(BUILD)/srnnConfigVersion.cmake
	install -m 644 $(BUILD)/srnn.pc $(DESTDIR)$(PKGCONFIGDIR)/srnn.pc
	install -m 644 $(BUILD)/srnnConfig.cmake $(BUILD)/srnnConfigVersion.cmake $(DESTDIR)$(CMAKEDIR)
	install -m 755 $(BUILD)/srnn $(DESTDIR)$(BINDIR)/srnn
	install -m 644 src/completions/srnn.bash $(DESTDIR)$(BASHDIR)/srnn
	install -m 644 src/completions/_srnn $(DESTDIR)$(ZSHDIR)/_srnn
	install -m 644 src/completions/srnn.fish $(DESTDIR)$(FISHDIR)/srnn.fish
	install -m 644 src/srnn.1 $(DESTDIR)$(MANDIR)/man1/srnn.1
	install -m 644 $(BUILD)/srnn.3 $(DESTDIR)$(MAN3)/srnn.3
	@echo '.so man3/srnn.3' > $(BUILD)/function.3
	@for function in $(FUNCTIONS); do \
	    install -m 644 $(BUILD)/function.3 $(DESTDIR)$(MAN3)/$$function.3 || exit 1; \
	done

# A directory that was there before install stays.
uninstall:
	@$(check_paths):
	rm -f $(INSTALLED:%=$(DESTDIR)%)
	@[ ! -e $(MADE) ] || { sort -r $(MADE) | xargs -n 1 rmdir 2>/dev/null || :; rm -f $(MADE); }
