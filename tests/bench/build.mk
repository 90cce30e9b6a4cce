# Benchmarks: they run the peer beside us, interleaved, and print medians and ratios.
BENCH_PROGRAMS := $(addprefix $(B)/tests/bench/,first first_dynamic launch line peers policy frame)
$(addprefix $(B)/tests/bench/,launch first_dynamic line): %: %.o
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^
$(B)/tests/bench/peers: $(B)/tests/bench/peers.o $(LANGUAGE_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^
$(B)/tests/bench/policy: $(B)/tests/bench/policy.o
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lm
$(B)/tests/bench/frame: $(B)/tests/bench/frame.o $(PPP_LIBS)
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

# ROUNDS=N, and SECONDS_EACH for each stream; LAB=1: pppd, with Debian's own kernel
bench-tunnel:
	@B='$(B)' packaging/deps build
	@B='$(B)' packaging/deps lab
	@B='$(B)' packaging/deps bench
	@$(MAKE) --no-print-directory all $(BENCH_PROGRAMS)
	@B='$(B)' tests/world $(if $(filter-out 0,$(LAB)),--lab) --deadline 1800 \
		tests/bench/$(if $(filter-out 0,$(LAB)),pppd,tunnel).sh -- $(or $(ROUNDS),3) $(or $(SECONDS_EACH),2)

# ROUNDS=N
bench-frame: $(B)/tests/bench/frame
	@$< $(ROUNDS)

bench-connect:
	@B='$(B)' packaging/deps build
	@B='$(B)' packaging/deps lab
	@B='$(B)' packaging/deps bench
	@$(MAKE) --no-print-directory all $(BENCH_PROGRAMS)
	@B='$(B)' tests/world --deadline 900 tests/bench/connect.sh -- $(or $(ROUNDS),20)

.PHONY: bench-launch bench-policy bench-tunnel bench-frame bench-connect
