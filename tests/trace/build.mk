# make seccomp-trace: what pppd and sshroute really ask the kernel for, beside their lists.
$(B)/tests/trace/lists: $(B)/tests/trace/lists.o $(B)/agent/confine/filter_lists.o
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lseccomp

seccomp-trace:
	@B='$(B)' packaging/deps build
	@B='$(B)' packaging/deps lab
	@B='$(B)' packaging/deps trace
	@$(MAKE) --no-print-directory -j$$(nproc) all $(B)/tests/trace/lists
	@B='$(B)' tests/world --lab --deadline 900 tests/trace/trace.sh

.PHONY: seccomp-trace
