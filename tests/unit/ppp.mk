# Unit tests of PPP in user space.
PPP_UNIT_TESTS := $(addprefix $(B)/tests/unit/test_ppp_,frame automaton link challenge hostile settings packet passage too_big fragment resizer round_trip)
# A network of its own, which needs root.
$(B)/tests/unit/test_ppp_resizer: $(B)/tests/unit/netns.o
$(PPP_UNIT_TESTS): %: %.o $(B)/tests/unit/ppp_ends.o $(PPP_LIBS)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) -lcmocka $(AGENT_LDLIBS)
