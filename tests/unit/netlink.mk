# Tests of agent/net/netlink*.c and sshroute. They need root, for a network of their own.
NETLINK_UNIT_TESTS := $(addprefix $(B)/tests/unit/,test_netlink test_host test_link test_link_setup test_route test_sshroute)
NETLINK_TEST_OBJS := $(B)/tests/unit/netns.o $(B)/tests/unit/link_fixture.o

$(B)/tests/unit/test_sshroute.o $(B)/tests/unit/launched.o: SALLYPORT_CPPFLAGS += -DSSHROUTE='"$(abspath $(B))/sshroute"'
$(NETLINK_UNIT_TESTS): %: %.o $(NETLINK_TEST_OBJS) $(NET_LIBS)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) -lcmocka -lmnl
$(B)/tests/unit/test_sshroute: $(B)/tests/unit/launched.o | $(B)/sshroute
# A kernel that acknowledges and does nothing.
$(B)/tests/unit/test_link_setup: LDFLAGS += -Wl,--wrap=send
# What status tells, and how often it reads.
NETLINK_UNIT_TESTS += $(B)/tests/unit/test_session_link
$(B)/tests/unit/test_session_link: LDFLAGS += -Wl,--wrap=fopen -Wl,--wrap=getifaddrs
$(B)/tests/unit/test_session_link: $(B)/tests/unit/test_session_link.o $(B)/tests/unit/netns.o $(AGENT_LIBS)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lcmocka -lmnl
