# Fuzzing. Each target is built twice: for libFuzzer with AddressSanitizer and UBSan, from the
# sources that ship; and for replaying the corpora, with the very objects that ship.
FUZZ_TARGETS := ppp host keys layout peer agent profile request escape record ready intake decide
FUZZ := $(B)/fuzz
# The parsers of vpn-policy alone, and its layout.
FUZZ_AUDIT_SRCS := $(addprefix policy/audit/,authorized_keys.c capability.c grow.c parsed.c path.c \
	ppp_words.c sudoers.c) policy/fmt/layout.c
FUZZ_SRCS := $(POLICY_LIB_OBJS:$(B)/%.o=%.c) $(FUZZ_AUDIT_SRCS) tests/record/record.c \
	agent/intake_parse.c $(LOCAL_LIB_SRCS) $(AGENT_LIB_SRCS) $(PPP_LIB_SRCS)
FUZZ_CFLAGS = $(filter-out -D_FORTIFY_SOURCE=2,$(SALLYPORT_CPPFLAGS)) -std=gnu17 -O1 -g \
	-fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all

FUZZ_LIB := $(FUZZ)/libshipped.a
$(FUZZ_LIB): $(FUZZ_SRCS:%.c=$(FUZZ)/%.o) $(FUZZ)/agent/filter_programs.o
$(FUZZ)/agent/filter_programs.o: $(B)/agent/filter_programs.c
	@mkdir -p $(@D)
	$(Q)clang $(FUZZ_CFLAGS) -c -o $@ $<
$(FUZZ)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(say) FUZZ $<
	$(Q)clang $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<
FUZZERS := $(FUZZ_TARGETS:%=$(FUZZ)/fuzz_%)
$(FUZZERS): $(FUZZ)/fuzz_%: $(FUZZ)/tests/fuzz/fuzz_%.o $(FUZZ_LIB)
	$(say) LD $@
	$(Q)clang $(FUZZ_CFLAGS) -fsanitize=fuzzer -o $@ $^ $(AGENT_LIBS) -lsystemd

REPLAYS := $(FUZZ_TARGETS:%=$(B)/tests/fuzz/replay_%)
$(REPLAYS): $(B)/tests/fuzz/replay_%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay.o \
		$(B)/tests/record/record.o $(FUZZ_AUDIT_SRCS:%.c=$(B)/%.o) $(B)/agent/intake_parse.o \
		$(LOCAL_LIB) $(PPP_LIB) $(AGENT_LIB) $(POLICY_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(AGENT_LIBS) -lsystemd
-include $(shell find $(FUZZ) -name '*.d' -type f 2>/dev/null)

# make fuzz T=60: each target so many seconds, with what it finds below $(B)/fuzz.
T ?= 60
fuzz:
	@B='$(B)' packaging/deps build
	@$(MAKE) --no-print-directory -j$$(nproc) $(FUZZERS)
	@B='$(B)' tests/fuzz/run $(T) $(FUZZ_TARGETS)

# A dictionary for libFuzzer, from the table of keywords.
$(FUZZ)/keywords.dict: policy/keywords.def
	@mkdir -p $(@D)
	$(Q)sed -n 's/^[A-Z]*_KEYWORD("\([A-Za-z0-9]*\)".*/"\1"/p' $< | sort -u >$@
$(FUZZERS): | $(FUZZ)/keywords.dict

.PHONY: fuzz
