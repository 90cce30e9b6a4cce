# Tests: how each kind is built and run. Unit programs are listed beside their sources.
include $(wildcard tests/unit/*.mk)

SYSTEM_PROGRAMS := $(addprefix $(B)/tests/system/,standin pppd_plain caller dump mute sshd_played) \
	$(B)/tests/lab/frames $(B)/tests/machines/stream
$(B)/tests/lab/frames: $(B)/tests/lab/framing.o
$(SYSTEM_PROGRAMS): %: %.o
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^

SYSTEM_PROGRAMS += $(B)/tests/system/link_standin
$(B)/tests/system/link_standin: $(B)/tests/system/link_standin.o
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lmnl

SYSTEM_PROGRAMS += $(B)/tests/system/without
$(B)/tests/system/without: $(B)/tests/system/without.o
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lseccomp

# What a host's commands are started by.
SYSTEM_PROGRAMS += $(B)/tests/system/inside
$(B)/tests/system/inside: $(B)/tests/system/inside.o
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(filter-out -pie,$(ALL_LDFLAGS)) $(AGENT_LDFLAGS) -o $@ $^

SYSTEM_PROGRAMS += $(B)/tests/system/preload.so $(B)/tests/system/older_kernel.so
# What nobody should install where nothing has a capability.
SYSTEM_PROGRAMS += $(B)/tests/system/agent-dynamic
$(B)/tests/system/agent-dynamic: $(AGENT_OBJS)
	@mkdir -p $(@D)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lcap-ng
$(B)/tests/system/preload.so $(B)/tests/system/older_kernel.so: $(B)/%.so: %.c
	@mkdir -p $(@D)
	$(say) LD $@
	$(Q)$(CC) -std=gnu17 -O2 -Wall -Wextra -fPIC -shared -o $@ $<

# Reads the agent's log records back, for scripts and for fuzzing.
SYSTEM_PROGRAMS += $(B)/tests/record/record
$(B)/tests/record/record: $(B)/tests/record/main.o $(B)/tests/record/record.o
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^

demo:
	@B='$(B)' LAB='$(LAB)' tests/demo/run

# The table of SECURITY.md, and putting it there.
ledger:
	@tests/ledger/table

ledger-update:
	@tests/ledger/table >$(B)/ledger.md
	@sed -i -e '/^<!-- ledger -->$$/,/^<!-- end of ledger -->$$/{//!d}' \
		-e '/^<!-- ledger -->$$/r $(B)/ledger.md' SECURITY.md

# The session of README.md, as the programs print it, and putting it there. `make demo` installs and
# downloads what that needs.
session: all
	@B='$(B)' tests/world tests/demo/session

readme-update: all
	@B='$(B)' tests/world tests/demo/session >$(B)/session.md
	@sed -i -e '/^<!-- session -->$$/,/^<!-- end of session -->$$/{//!d}' \
		-e '/^<!-- session -->$$/r $(B)/session.md' README.md

.PHONY: demo ledger ledger-update session readme-update

include tests/probe/build.mk
include tests/fuzz/build.mk
include tests/trace/build.mk
include tests/bench/build.mk

QUICK_PROGRAMS := $(UNIT_TESTS) $(AGENT_UNIT_TESTS) $(NETLINK_UNIT_TESTS) $(LOCAL_UNIT_TESTS) $(PPP_UNIT_TESTS) \
	$(CASE_PROGRAMS) $(SYSTEM_PROGRAMS) $(LINE_PROGRAMS)
test-programs: $(QUICK_PROGRAMS) $(FUZZERS) $(REPLAYS)
quick-programs: $(QUICK_PROGRAMS)
unit-programs: $(UNIT_TESTS) $(AGENT_UNIT_TESTS) $(NETLINK_UNIT_TESTS) $(LOCAL_UNIT_TESTS) $(PPP_UNIT_TESTS)

# While you work: on a machine that has what it needs, and in seconds. Without what takes long to
# build; make check has that too. TESTS='PATTERN…' picks some.
unit:
	@$(MAKE) --no-print-directory -j$$(nproc) all unit-programs
	@B='$(B)' tests/run --no-lab --no-fuzz $(or $(TESTS:%=unit/%),unit/)

quickcheck:
	@$(MAKE) --no-print-directory -j$$(nproc) all quick-programs
	@B='$(B)' JOBS=$${JOBS:-$$((4 * $$(nproc)))} tests/run --no-lab --no-fuzz $(TESTS)

# $(call deb_for,KIND): Debian's packages, where tests of them are wanted.
deb_for = $(if $(TESTS),$(if $(filter $(1) $(1)/ packages% $(1)/packages%,$(TESTS)),deb),deb)

# From a fresh machine on. make itself is started again, because the compiler's flags are
# asked of a package that the first step may have installed. clang has to take the code without a
# warning as well, which it can tell without optimising. TESTS='PATTERN…' picks some.
check:
	@B='$(B)' packaging/deps build
	@B='$(B)' packaging/deps lab
	@$(MAKE) --no-print-directory -j$$(nproc) all test-programs $(call deb_for,system)
	@$(MAKE) --no-print-directory -j$$(nproc) CC=clang CFLAGS='-O0 -g0' B='$(B)/clang' all
	@B='$(B)' tests/run $(TESTS)

# Complete Debian 12 and 13 systems, each with its own systemd: tests/machines.
machines:
	@B='$(B)' packaging/deps build
	@B='$(B)' packaging/deps lab
	@B='$(B)' packaging/deps machines
	@$(MAKE) --no-print-directory -j$$(nproc) all test-programs $(call deb_for,machines)
	@B='$(B)' tests/run --machines $(TESTS)

# What faults do to a link, and what many ups and downs leave: each prints a table. LONG=600: the seconds
# of the longest cut; N: how many ups and downs.
faults:
	@B='$(B)' packaging/deps build
	@B='$(B)' packaging/deps lab
	@B='$(B)' packaging/deps machines
	@$(MAKE) --no-print-directory -j$$(nproc) all quick-programs
	@B='$(B)' tests/world --cgroup --deadline 1800 tests/machines/faults.sh -- $(LONG)

soak:
	@B='$(B)' packaging/deps build
	@B='$(B)' packaging/deps lab
	@$(MAKE) --no-print-directory -j$$(nproc) all quick-programs
	@B='$(B)' tests/world --deadline 7200 tests/system/soak.sh -- $(or $(N),500)

# All of it on a new machine of that release: check-12, check-13.
check-12 check-13: check-%:
	@B='$(B)' packaging/deps machines
	@B='$(B)' tests/machines/within $* make check TESTS='$(TESTS)'

# Packages of other kinds than this machine's, which `make check` has no time for.
check-arm64:
	@B='$(B)' packaging/deps machines
	@B='$(B)' tests/machines/within 13 tests/foreign/arm64

check-rpm:
	@B='$(B)' tests/foreign/rpm

# vpn-policy audit --html in Chromium. PICTURES=directory: a picture of each page, to look at.
check-browser:
	@B='$(B)' packaging/deps build
	@B='$(B)' packaging/deps browser
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@tests/browser/run '$(B)' $(PICTURES)

.PHONY: check-browser
.PHONY: check check-arm64 check-rpm check-12 check-13 faults machines soak quick-programs quickcheck test-programs unit unit-programs

include tests/lint/build.mk
