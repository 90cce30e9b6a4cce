# Fuzzing. Each target is built twice: for libFuzzer with AddressSanitizer and UBSan, from the
# sources that ship; and for replaying the corpora, with the very objects that ship.
FUZZ_TARGETS := ppp queue migrate invitation host keys layout peer agent profile request escape record ready intake decide said
FUZZ := $(B)/fuzz
# The parsers of vpn-policy alone, and its layout.
FUZZ_TOOL_SRCS := $(addprefix policy/tool/,survey/authorized_keys.c audit/capability.c base/grow.c \
	audit/ppp_words.c survey/sudoers.c base/memory.c fmt/layout.c \
	peers/pool.c) $(wildcard policy/tool/migrate/*.c)
FUZZ_SRCS := $(LANGUAGE_LIB_SRCS) $(FUZZ_TOOL_SRCS) tests/record/record.c \
	$(LOCAL_LIB_SRCS) $(base_srcs) $(confine_srcs) $(net_srcs) $(ppp_srcs) $(core_srcs)
FUZZ_CFLAGS = $(filter-out -D_FORTIFY_SOURCE=2,$(SALLYPORT_CPPFLAGS)) -std=gnu17 -O1 -g \
	-fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all

FUZZ_LIB := $(FUZZ)/libshipped.a
$(FUZZ_LIB): $(FUZZ_SRCS:%.c=$(FUZZ)/%.o) $(FUZZ)/agent/confine/filter_programs.o
$(FUZZ)/agent/confine/filter_programs.o: $(B)/agent/confine/filter_programs.c
	@mkdir -p $(@D)
	$(Q)clang $(FUZZ_CFLAGS) -c -o $@ $<
$(FUZZ)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(say) FUZZ $<
	$(Q)clang $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<
FUZZERS := $(FUZZ_TARGETS:%=$(FUZZ)/fuzz_%)
$(FUZZERS): $(FUZZ)/fuzz_%: $(FUZZ)/tests/fuzz/fuzz_%.o $(FUZZ_LIB)
	$(say) LD $@
	$(Q)clang $(FUZZ_CFLAGS) -fsanitize=fuzzer -o $@ $^ $(AGENT_LDLIBS) -lsystemd

REPLAYS := $(FUZZ_TARGETS:%=$(B)/tests/fuzz/replay_%)
$(REPLAYS): $(B)/tests/fuzz/replay_%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay.o \
		$(B)/tests/record/record.o $(FUZZ_TOOL_SRCS:%.c=$(B)/%.o) $(LOCAL_LIBS)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(AGENT_LDLIBS) -lsystemd
-include $(shell find $(FUZZ) -name '*.d' -type f 2>/dev/null)

# make fuzz T=60: each target so many seconds, with what it finds below $(B)/fuzz.
T ?= 60
fuzz:
	@B='$(B)' packaging/deps build
	@$(MAKE) --no-print-directory -j$$(nproc) $(FUZZERS)
	@B='$(B)' tests/fuzz/run $(T) $(FUZZ_TARGETS)

# A dictionary for libFuzzer, from the table of keywords.
$(FUZZ)/keywords.dict: policy/language/keywords.def
	@mkdir -p $(@D)
	$(Q)sed -n 's/^[A-Z]*_KEYWORD("\([A-Za-z0-9]*\)".*/"\1"/p' $< | sort -u >$@
$(FUZZERS): | $(FUZZ)/keywords.dict

.PHONY: fuzz
