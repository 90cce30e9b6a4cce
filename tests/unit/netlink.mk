# Tests of agent/net/netlink*.c and sshroute. They need root, for a network of their own.
NETLINK_UNIT_TESTS := $(addprefix $(B)/tests/unit/,test_netlink test_host test_link test_link_setup test_route test_sshroute)
NETLINK_TEST_OBJS := $(B)/tests/unit/netns.o $(B)/tests/unit/link_fixture.o

$(B)/tests/unit/test_sshroute.o $(B)/tests/unit/launched.o: SALLYPORT_CPPFLAGS += -DSSHROUTE='"$(abspath $(B))/sshroute"' \
	-DHASTY_LIBRARY='"$(abspath $(B))/tests/unit/hasty.so"'
$(NETLINK_UNIT_TESTS): %: %.o $(NETLINK_TEST_OBJS) $(NET_LIBS)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) -lcmocka -lmnl
$(B)/tests/unit/test_sshroute: $(B)/tests/unit/launched.o | $(B)/sshroute $(B)/tests/unit/hasty.so
$(B)/tests/unit/hasty.so: tests/unit/hasty.c tests/unit/hasty.h
	@mkdir -p $(@D)
	$(say) LD $@
	$(Q)$(CC) -std=gnu17 -D_GNU_SOURCE -O2 -Wall -Wextra -I. -fPIC -shared -o $@ $<
# A kernel that acknowledges and does nothing.
$(B)/tests/unit/test_link_setup: LDFLAGS += -Wl,--wrap=send
# What status tells, and how often it reads.
NETLINK_UNIT_TESTS += $(B)/tests/unit/test_session_link
$(B)/tests/unit/test_session_link: LDFLAGS += -Wl,--wrap=fopen -Wl,--wrap=getifaddrs
$(B)/tests/unit/test_session_link: $(B)/tests/unit/test_session_link.o $(B)/tests/unit/netns.o $(AGENT_LIBS)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lcmocka -lmnl
