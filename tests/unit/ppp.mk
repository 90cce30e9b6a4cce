# Unit tests of PPP in user space.
PPP_UNIT_TESTS := $(addprefix $(B)/tests/unit/test_ppp_,frame automaton link settings packet)
$(PPP_UNIT_TESTS): %: %.o $(PPP_LIB) $(AGENT_LIB) $(POLICY_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lcmocka $(AGENT_LIBS)
