# The agent, sshroute, and what vpn-connect shares with them: confinement, plans, netlink, the log.
AGENT_SRCS := $(addprefix agent/,vpn-agent.c neutralise.c identity.c intake.c verdict.c \
	take_session.c record.c session.c intake_parse.c launch.c pppd_version.c answer.c)
AGENT_LIB := $(B)/agent/libagent.a
AGENT_LIB_SRCS := $(filter-out $(AGENT_SRCS) agent/sshroute.c,$(wildcard agent/*.c))
AGENT_LIBS := -lseccomp -lcap-ng -lmnl
$(AGENT_LIB): $(AGENT_LIB_SRCS:%.c=$(B)/%.o)

PROGRAMS += $(B)/vpn-agent $(B)/sshroute
$(B)/vpn-agent: $(AGENT_SRCS:%.c=$(B)/%.o) $(AGENT_LIB) $(POLICY_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lseccomp -lcap-ng
$(B)/sshroute: $(B)/agent/sshroute.o $(AGENT_LIB) $(POLICY_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lmnl
