# Unit tests of the agent's own parts.
AGENT_UNIT_TESTS := $(B)/tests/unit/test_plan $(B)/tests/unit/test_plan_ppptun $(B)/tests/unit/test_session \
	$(B)/tests/unit/test_pppd_version $(B)/tests/unit/test_confine \
	$(B)/tests/unit/test_confine_refused $(B)/tests/unit/test_confine_tunnel $(B)/tests/unit/test_confine_reader $(B)/tests/unit/test_engine \
	$(B)/tests/unit/test_missing $(B)/tests/unit/test_limits $(B)/tests/unit/test_child \
	$(B)/tests/unit/test_take_over $(B)/tests/unit/test_keepalive
$(B)/tests/unit/test_plan $(B)/tests/unit/test_plan_ppptun $(B)/tests/unit/test_confine $(B)/tests/unit/test_confine_refused $(B)/tests/unit/test_confine_tunnel $(B)/tests/unit/test_limits: $(B)/tests/unit/test_%: $(B)/tests/unit/test_%.o $(AGENT_LIBS)
# What is allowed comes from the list that the filter is made of.
$(B)/tests/unit/test_confine_reader: $(B)/tests/unit/test_confine_reader.o $(B)/agent/confine/filter_lists.o $(AGENT_LIBS)
# A kernel that says yes, and does nothing.
$(B)/tests/unit/test_limits: LDFLAGS += -Wl,--wrap=setrlimit -Wl,--wrap=prctl
$(B)/tests/unit/test_take_over: LDFLAGS += -Wl,--wrap=pidfd_open
$(B)/tests/unit/test_session $(B)/tests/unit/test_take_over: $(B)/tests/unit/test_%: $(B)/tests/unit/test_%.o $(AGENT_LIBS)
$(B)/tests/unit/test_pppd_version $(B)/tests/unit/test_engine $(B)/tests/unit/test_missing $(B)/tests/unit/test_child $(B)/tests/unit/test_keepalive: $(B)/tests/unit/test_%: $(B)/tests/unit/test_%.o $(AGENT_LIBS)
$(AGENT_UNIT_TESTS):
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lcmocka $(AGENT_LDLIBS)
