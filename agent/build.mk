# The agent, sshroute, and what vpn-connect shares with them: confinement, plans, netlink.
NETLINK_SRCS := agent/netlink.c agent/netlink_link.c agent/netlink_route.c
NETLINK_OBJS := $(patsubst %.c,$(B)/%.o,$(NETLINK_SRCS))
AGENT_LIB := $(B)/agent/libagent.a
AGENT_LIB_SRCS := agent/confine.c agent/filter.c agent/filter_lists.c agent/landlock.c agent/proof.c agent/plan.c $(NETLINK_SRCS) agent/log.c
AGENT_LIB_OBJS := $(patsubst %.c,$(B)/%.o,$(AGENT_LIB_SRCS))
AGENT_LIBS := -lseccomp -lcap-ng -lmnl
$(AGENT_LIB): $(AGENT_LIB_OBJS)

AGENT_SRCS := $(filter-out $(AGENT_LIB_SRCS) agent/sshroute.c,$(wildcard agent/*.c))

PROGRAMS += $(B)/vpn-agent $(B)/sshroute
$(B)/vpn-agent: $(patsubst %.c,$(B)/%.o,$(AGENT_SRCS)) $(AGENT_LIB) $(POLICY_LIB)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lseccomp -lcap-ng
$(B)/sshroute: $(B)/agent/sshroute.o $(NETLINK_OBJS) $(POLICY_LIB)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lmnl
