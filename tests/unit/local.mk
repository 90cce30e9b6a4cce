# Unit tests of the launcher's pure parts, and of how it holds its children.
LOCAL_UNIT_TESTS := $(addprefix $(B)/tests/unit/test_local_,account apart choose endpoints journal output process pty \
	ready ssh ssh_error tunnel)
$(LOCAL_UNIT_TESTS): %: %.o $(LOCAL_LIB) $(AGENT_LIB) $(POLICY_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lcmocka $(AGENT_LIBS) -lsystemd
