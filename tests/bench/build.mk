# Benchmarks: they run the peer beside us, interleaved, and print medians and ratios.
BENCH_PROGRAMS := $(addprefix $(B)/tests/bench/,arrivals first first_dynamic launch line call load peers policy frame queue)
# Those that have a test of their own.
LINE_PROGRAMS := $(addprefix $(B)/tests/bench/,line call load)
$(addprefix $(B)/tests/bench/,arrivals launch first_dynamic line call load): %: %.o
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^
$(B)/tests/bench/line: $(B)/tests/bench/line_way.o
$(B)/tests/bench/peers: $(B)/tests/bench/peers.o $(LANGUAGE_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^
$(B)/tests/bench/policy: $(B)/tests/bench/policy.o
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lm
$(addprefix $(B)/tests/bench/,frame queue): %: %.o $(PPP_LIBS)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^
# Nothing comes before its first instruction: no C library, no loader.
$(B)/tests/bench/first: tests/bench/first.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) -std=gnu17 -O2 -Wall -Wextra -ffreestanding -fno-stack-protector -nostdlib -static \
		-o $@ $<

# ROUNDS=N
bench-launch:
	@B='$(B)' packaging/deps build
	@B='$(B)' packaging/deps lab
	@B='$(B)' packaging/deps bench
	@$(MAKE) --no-print-directory all $(BENCH_PROGRAMS)
	@B='$(B)' tests/world --deadline 900 tests/bench/launch.sh -- $(ROUNDS)

bench-policy:
	@B='$(B)' packaging/deps build
	@B='$(B)' packaging/deps lab
	@$(MAKE) --no-print-directory all $(BENCH_PROGRAMS)
	@B='$(B)' tests/world --deadline 900 tests/bench/policy.sh -- $(ROUNDS)

bench-fleet:
	@B='$(B)' packaging/deps build
	@B='$(B)' packaging/deps lab
	@$(MAKE) --no-print-directory all $(BENCH_PROGRAMS)
	@B='$(B)' tests/world --deadline 900 tests/bench/fleet.sh -- $(ROUNDS)

# ROUNDS=N, and SECONDS_EACH for each stream; FAR_ROUNDS=N, of lines that are far; LAB=1: pppd, with Debian's own kernel
bench-tunnel:
	@B='$(B)' packaging/deps build
	@B='$(B)' packaging/deps lab
	@B='$(B)' packaging/deps bench
	@$(MAKE) --no-print-directory all $(BENCH_PROGRAMS)
	@B='$(B)' tests/world $(if $(filter-out 0,$(LAB)),--lab) --deadline 1800 \
		tests/bench/$(if $(filter-out 0,$(LAB)),pppd,tunnel).sh -- $(or $(ROUNDS),3) $(or $(SECONDS_EACH),2) $(FAR_ROUNDS)

# ROUNDS=N
bench-frame: $(B)/tests/bench/frame
	@$< $(ROUNDS)

# ROUNDS=N
bench-queue: $(B)/tests/bench/queue
	@$< $(ROUNDS)

bench-connect:
	@B='$(B)' packaging/deps build
	@B='$(B)' packaging/deps lab
	@B='$(B)' packaging/deps bench
	@$(MAKE) --no-print-directory all $(BENCH_PROGRAMS)
	@B='$(B)' tests/world --deadline 900 tests/bench/connect.sh -- $(or $(ROUNDS),20)

# What lines deliver, for the simulated ones of tests/unit: writes tests/unit/traces.
record-lines:
	@B='$(B)' packaging/deps build
	@B='$(B)' packaging/deps lab
	@B='$(B)' packaging/deps bench
	@$(MAKE) --no-print-directory all $(BENCH_PROGRAMS)
	@mkdir -p tests/unit/traces
	@B='$(B)' tests/world --deadline 300 tests/bench/arrivals.sh | \
		awk '$$1 != "trace" { print; next } { file = "tests/unit/traces/" $$2 ".txt"; sub(/^trace [^ ]* /, ""); print > file }'

# Which cells: tests/bench/latency.sh has the variables. ALL=1, LONG=1, APPEND=1: tests/bench/latency
LATENCY := RATES RTTS QUEUES LOSSES LOADS CONGESTION WHO SECONDS_EACH ROUNDS ALL LONG APPEND
bench-latency:
	@B='$(B)' packaging/deps build
	@B='$(B)' packaging/deps lab
	@B='$(B)' packaging/deps bench
	@$(MAKE) --no-print-directory all $(BENCH_PROGRAMS)
	@B='$(B)' tests/bench/latency $(foreach name,$(LATENCY),'$(name)=$($(name))')

# What was measured last, into BENCHMARKS.md: its tables and its picture. FURTHER=1: of other lines alone, as one
# more table beside those that are there.
bench-latency-update:
ifeq ($(FURTHER),1)
	@tests/bench/latency_report others $(B)/bench/latency.tsv >$(B)/bench/further.md
	$(call into_benchmarks,further)
else
	@tests/bench/latency_report picture $(B)/bench/latency.tsv >$(B)/bench/latency.svg
	@{ printf '![Ping over a full line](tests/bench/latency.svg)\n\n' && \
		tests/bench/latency_report summary $(B)/bench/latency.tsv; } >$(B)/bench/latency.md
	@for part in others lossy; do \
		tests/bench/latency_report $$part $(B)/bench/latency.tsv >$(B)/bench/$$part.md || exit 1; done
	@cp $(B)/bench/latency.svg tests/bench/latency.svg
	$(call into_benchmarks,latency others lossy)
endif
into_benchmarks = @for part in $(1); do \
	sed -i -e "/^<!-- $$part -->\$$/,/^<!-- end of $$part -->\$$/{//!d}" \
		-e "/^<!-- $$part -->\$$/r $(B)/bench/$$part.md" BENCHMARKS.md || exit 1; done

.PHONY: record-lines bench-fleet bench-latency bench-latency-update bench-launch bench-policy bench-tunnel bench-frame bench-queue bench-connect
