# Sallyport's build. `make` builds; `make help` lists the rest.
VERSION := 0.1.0

PREFIX     ?= /usr
SBINDIR    ?= $(PREFIX)/sbin
BINDIR     ?= $(PREFIX)/bin
LIBEXECDIR ?= $(PREFIX)/libexec/sallyport
MANDIR     ?= $(PREFIX)/share/man
SYSCONFDIR ?= /etc/sallyport
RUNDIR     ?= /run/sallyport
# The locked-down ssh account of the remote side; its group may execute the agent.
ACCOUNT    ?= slave
# Its own. The group sallyport is of those who may look on at a launcher's links.
GROUP      ?= $(if $(filter sallyport,$(ACCOUNT)),sallyport-agent,$(ACCOUNT))

B  := build
ifeq ($(origin CC),default)
CC := gcc
endif
# `make V=1` shows the commands.
Q := $(if $(V),,@)
say = $(if $(V),@:,@printf '  %-5s %s\n')
WERROR ?= -Werror

# The distribution's hardening where dpkg-buildflags exists, then ours, which stands on its own.
# Asked for once, and only when something is compiled: installing need not wait for it.
once = $(eval $(1) := $(2))$($(1))
dpkg_flags = DEB_BUILD_MAINT_OPTIONS=hardening=+all dpkg-buildflags --get $(1) 2>/dev/null
DPKG_CFLAGS   = $(call once,DPKG_CFLAGS,$$(shell $(call dpkg_flags,CFLAGS)))
DPKG_LDFLAGS  = $(call once,DPKG_LDFLAGS,$$(shell $(call dpkg_flags,LDFLAGS)))
TRIPLET = $(call once,TRIPLET,$$(shell $(CC) -dumpmachine))
ARCH_CFLAGS = $(if $(filter x86_64-% i386-% i486-% i586-% i686-%,$(TRIPLET)),-fcf-protection=full)

SALLYPORT_CPPFLAGS := -I. -D_GNU_SOURCE -D_FORTIFY_SOURCE=2 \
	-DVERSION='"$(VERSION)"' -DSYSCONFDIR='"$(SYSCONFDIR)"' \
	-DLIBEXECDIR='"$(LIBEXECDIR)"' -DRUNDIR='"$(RUNDIR)"' -DSBINDIR='"$(SBINDIR)"'
SALLYPORT_CFLAGS := -std=gnu17 -O2 -g -fPIE -Wall -Wextra $(WERROR) -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wformat=2 -Wundef \
	-fstack-protector-strong -fstack-clash-protection -fno-strict-aliasing
SALLYPORT_LDFLAGS := -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed
# A compiler that lacks one of the distribution's flags must not fail the build on it.
CLANG = $(call once,CLANG,$$(findstring clang,$$(shell $(CC) --version 2>/dev/null)))
DPKG_CFLAGS_USED = $(if $(CLANG),$(filter-out -ffile-prefix-map=% -fno-lto -flto=auto,$(DPKG_CFLAGS)),$(DPKG_CFLAGS))
ALL_CFLAGS = $(filter-out -Wp$(comma)-D_FORTIFY_SOURCE=2,$(DPKG_CFLAGS_USED)) $(SALLYPORT_CPPFLAGS) $(SALLYPORT_CFLAGS) $(ARCH_CFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(DPKG_LDFLAGS) $(SALLYPORT_LDFLAGS) $(LDFLAGS)
comma := ,

.DELETE_ON_ERROR:
.SUFFIXES:
all:

# For another architecture: make CC=aarch64-linux-gnu-gcc BUILD_CC=gcc. What the build runs is made by
# BUILD_CC, in a tree of its own, for this machine; it makes the target's filters, manuals and completions.
BUILD_CC ?=
HERE := $(if $(BUILD_CC),$(B)/here,$(B))
TARGET_ARCH = $(if $(BUILD_CC),$(patsubst i%86,x86,$(firstword $(subst -, ,$(TRIPLET)))))
RUN_HERE := $(addprefix $(B)/here/,agent/confine/gen-filters policy/tool/gen-manual vpn-policy vpn-connect pty-redir)
ifneq ($(BUILD_CC),)
$(RUN_HERE) &: compare
	@CFLAGS= LDFLAGS= $(MAKE) --no-print-directory B='$(B)/here' BUILD_CC= CC='$(BUILD_CC)' AR=ar \
		DPKG_CFLAGS= DPKG_LDFLAGS= $(RUN_HERE)
endif

include policy/language/build.mk
include agent/build.mk
include local/build.mk
include policy/tool/build.mk
include packaging/build.mk
# Installing asks nothing of the tests, and is what they do most, some of them on an emulated
# processor.
ONLY_INSTALLS := $(if $(MAKECMDGOALS),$(if $(filter-out install install-% uninstall,$(MAKECMDGOALS)),,yes))
ifeq ($(ONLY_INSTALLS),)
include tests/build.mk
endif

all: $(PROGRAMS)

# The directories are in the programs: other ones make these anew. Written only when it changes.
COMPILED_IN := $(SYSCONFDIR) $(LIBEXECDIR) $(RUNDIR) $(SBINDIR)
$(B)/directories: compare
	@mkdir -p $(@D)
	@echo '$(COMPILED_IN)' | cmp -s - $@ || echo '$(COMPILED_IN)' >$@

$(B)/%.o: %.c Makefile $(B)/directories
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/%.a:
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

-include $(shell find $(addprefix $(B)/,policy agent local $(if $(ONLY_INSTALLS),,tests)) -name '*.d' -type f 2>/dev/null)

# What the lab and the machines are made of is 500 MB of download: it stays until distclean.
clean:
	rm -rf $(filter-out $(B)/lab $(B)/machines,$(wildcard $(B)/*))

distclean:
	rm -rf $(B)

.PHONY: all clean compare distclean help

help:
	@echo 'make                 build (make V=1 shows the commands; CC=clang works too)'
	@echo 'make demo            two hosts, and a VPN between them; LAB=1: with kernel PPP (root)'
	@echo 'make check           every test; installs what they need (root)'
	@echo 'make quickcheck      the unit tests, cases and system tests, on a machine that has had make check (root)'
	@echo 'make unit            the unit tests alone (root)'
	@echo '                     with these three: TESTS="test_key system/agent lab/up", only what has such a name'
	@echo 'make machines        the installation, the unit and the rest on Debian 12 and 13 machines (root)'
	@echo 'make check-13        make check on a new Debian 13 machine; check-12: on Debian 12 (root)'
	@echo "make check-browser   vpn-policy audit's page in Chromium (root)"
	@echo 'make check-arm64     Debian packages for arm64, on a new machine; check-rpm: RPM packages (root)'
	@echo 'make lint            what compilers and checkers find without running it (root)'
	@echo 'make fuzz T=60       the parsers under libFuzzer, each so many seconds'
	@echo 'make seccomp-trace   what pppd really asks the kernel for, beside its list (root)'
	@echo 'make bench-launch    what a launch costs, beside sudo and doas (root)'
	@echo 'make bench-policy    what many peers cost vpn-policy (root)'
	@echo 'make bench-fleet     what a login costs with many peers, by each way to find its key (root)'
	@echo 'make bench-tunnel    how fast ppptun is, beside ssh -w and sshuttle; LAB=1: pppd, by its options (root)'
	@echo 'make bench-latency   what a full line does to a VPN, beside ssh -w, OpenVPN and WireGuard (root)'
	@echo 'make bench-queue     what it costs to queue a packet and take it out, also in a flood'
	@echo 'make bench-frame     how fast frames are written and read, beside byte by byte'
	@echo 'make record-lines    what some lines deliver, for the simulated ones of tests/unit (root)'
	@echo 'make bench-connect   how soon it answers, near and far, beside the same and the HOWTO (root)'
	@echo 'make faults          what becomes of a link when its parts, its line and its hosts fail, on machines (root)'
	@echo 'make soak N=500      so many ups and downs, and what they leave (root)'
	@echo 'make ledger          the attack ledger, as in SECURITY.md; ledger-update: puts it there'
	@echo 'make session         the session in README.md; readme-update: puts it there (root)'
	@echo 'make install         both sides; install-remote, install-local: one of them (root)'
	@echo '                     what was edited in /etc is kept, unless FORCE=1'
	@echo '                     into DESTDIR=…, as an ordinary user, for a package'
	@echo 'make uninstall       all but the configuration'
	@echo 'make deb             Debian packages of what is committed, in build/deb'
	@echo 'make rpm             RPM packages of the same, in build/rpm'
	@echo 'make dist            a tarball of what is committed'
	@echo 'make clean           what the build made, but not what was downloaded for the lab'
	@echo 'make distclean       that too'
