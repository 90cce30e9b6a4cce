# `make lint`: what can be found without running it. Each finding is mended, or answered where it
# stands with a reason; every result is a stamp, so that only what changed is looked at again.
LINT := $(B)/lint
LINT_C := $(shell git ls-files '*.c' 2>/dev/null || find agent local policy tests -name '*.c')
LINT_H := $(shell git ls-files '*.h' 2>/dev/null || find agent local policy tests -name '*.h')
# Scripts are told by their first line, or by what they say to shellcheck; but for those that are input.
LINT_SH := $(shell grep -slE -m 1 -e '^\#!.*\b(ba|da|)sh\b' -e '^\# shellcheck shell=' \
	$$(git ls-files 2>/dev/null | grep -vE -e '\.(c|h|md|conf|expected|txt|[0-9])$$' -e '^tests/(cases/migrate|fuzz/corpus)/') /dev/null)
LINT_SH_SOURCED := $(shell grep -sl -m 1 '^\# shellcheck shell=' $(LINT_SH) /dev/null)
LINT_CPPFLAGS = $(filter-out -D_FORTIFY_SOURCE=2,$(SALLYPORT_CPPFLAGS)) -DSSHROUTE='"sshroute"' -DHASTY_LIBRARY='"hasty.so"'
LINT_MAN := packaging/fleet/sallyport-fleet.7 agent/vpn-agent.8 agent/sshroute.8 agent/ppp/ppptun.8 $(wildcard local/*.[0-9]) $(POLICY_MANUALS)

lint:
	@B='$(B)' packaging/deps build
	@B='$(B)' packaging/deps lint
	@$(MAKE) --no-print-directory -j$$(nproc) all test-programs
	@$(MAKE) --no-print-directory -j$$(nproc) lint-house lint-c lint-cppcheck lint-format lint-scripts \
		lint-manuals lint-valgrind
	@echo 'lint: nothing found'

# The rooms, and one name for one thing: tests/lint/house.
HOUSE_SRCS := $(filter agent/% local/% policy/%,$(LINT_C) $(LINT_H))
lint-house: $(LINT)/house
$(LINT)/house: tests/lint/house tests/lint/rooms $(HOUSE_SRCS) | all
	@mkdir -p $(@D)
	$(say) HOUSE "$(words $(HOUSE_SRCS)) files"
	$(Q)tests/lint/house . $(patsubst %.c,$(B)/%.o,$(filter %.c,$(HOUSE_SRCS)))
	@touch $@

lint-c: $(LINT_C:%=$(LINT)/%.analyzer) $(LINT_C:%=$(LINT)/%.tidy)

# -O1: what the analyzer follows grows with inlining. Of gcc 13 and later without those that
# find what is not there: descriptors that are meant to stay open, and what a loop has written, or
# has left a byte of, by then; and a test's descriptor, which its next check is for.
ANALYZER_NOT = $(call once,ANALYZER_NOT,$$(if $$(filter-out 12,$$(shell gcc -dumpversion)),\
	-Wno-analyzer-fd-leak -Wno-analyzer-fd-use-without-check -Wno-analyzer-out-of-bounds -Wno-analyzer-use-of-uninitialized-value))
$(LINT)/%.c.analyzer: %.c $(LINT_H) | all
	@mkdir -p $(@D)
	$(say) GCC $<
	$(Q)gcc $(LINT_CPPFLAGS) $(filter-out -O2,$(SALLYPORT_CFLAGS)) -O1 -fanalyzer $(ANALYZER_NOT) -c -o /dev/null $<
	@touch $@

$(LINT)/%.c.tidy: %.c $(LINT_H) .clang-tidy | all
	@mkdir -p $(@D)
	$(say) TIDY $<
	$(Q)clang-tidy --quiet $< -- -std=gnu17 $(LINT_CPPFLAGS) >$@.out 2>&1 || { cat $@.out; exit 1; }
	@touch $@

lint-cppcheck: $(LINT)/cppcheck
$(LINT)/cppcheck: $(LINT_C) $(LINT_H) tests/lint/cppcheck.txt
	@mkdir -p $(LINT)/cppcheck.d
	$(say) CPPCHECK
	$(Q)cppcheck --quiet --std=c11 --enable=warning,style,performance,portability --inline-suppr \
		--error-exitcode=1 --suppressions-list=tests/lint/cppcheck.txt -j $$(nproc) \
		--cppcheck-build-dir=$(LINT)/cppcheck.d -D_GNU_SOURCE -DVERSION='"x"' -D__x86_64__ -I. \
		$(LINT_C)
	@touch $@

lint-format: $(LINT)/format
$(LINT)/format: $(LINT_C) $(LINT_H) .clang-format
	@mkdir -p $(@D)
	$(say) FORMAT
	$(Q)clang-format --dry-run -Werror $(LINT_C) $(LINT_H)
	@touch $@

# One at a time, so that all processors have some. What others source is looked at with each of them.
lint-scripts: $(LINT_SH:%=$(LINT)/%.shell)
$(LINT)/%.shell: % $(LINT_SH_SOURCED)
	@mkdir -p $(@D)
	$(say) SHELL $<
	$(Q)shellcheck -x $<
	@touch $@

lint-manuals: $(LINT)/manuals
$(LINT)/manuals: $(LINT_MAN)
	@mkdir -p $(@D)
	$(say) MANDOC
	$(Q)mandoc -Tlint -Wwarning $(LINT_MAN)
	@touch $@

# The unit tests whose meaning lives in what valgrind does not know or changes are left out:
#   confine, confine_refused, confine_tunnel, confine_reader    seccomp filters and Landlock hold valgrind itself
#   sshroute, host, link, route, netlink  programs that are launched, in network namespaces
#   missing    a filter of its own; local_journal, local_journal_file, local_ssh_reach, local_tunnel, local_reader,
#              local_control_reply, take_over: pidfd_open, which valgrind lacks
#   run, local_process, local_pty, local_apart, local_ready, local_endpoints, local_directory
#              children that close every descriptor, valgrind's own among them
#   limits     setrlimit and prctl, which valgrind answers itself
#   settle, settled, written  races with a writer, many thousand times; load reads the same way
VALGRIND_NOT := missing limits settle settled written take_over run sshroute host link route netlink \
	confine confine_refused confine_tunnel confine_reader local_tunnel local_journal local_journal_file \
	local_ssh_reach local_process local_pty local_apart local_ready local_endpoints local_directory \
	local_reader local_control_reply
VALGRIND_TESTS := $(filter-out $(VALGRIND_NOT:%=$(B)/tests/unit/test_%),$(UNIT_TESTS) \
	$(AGENT_UNIT_TESTS) $(LOCAL_UNIT_TESTS) $(PPP_UNIT_TESTS))
lint-valgrind: $(VALGRIND_TESTS:$(B)/tests/unit/%=$(LINT)/%.valgrind)
$(LINT)/%.valgrind: $(B)/tests/unit/%
	@mkdir -p $(@D)
	$(say) VALGRIND $*
	$(Q)valgrind --quiet --error-exitcode=99 --leak-check=full \
		--errors-for-leak-kinds=definite,indirect,possible $< >$@.out 2>&1 || { cat $@.out; exit 1; }
	@touch $@

.PHONY: lint lint-house lint-c lint-cppcheck lint-format lint-scripts lint-manuals lint-valgrind
