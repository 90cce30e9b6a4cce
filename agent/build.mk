# The agent, sshroute, and what vpn-connect shares with them: confinement, plans, netlink, the log.
AGENT_SRCS := $(addprefix agent/,vpn-agent.c neutralise.c identity.c intake.c verdict.c \
	judge.c take_session.c record.c session.c session_link.c intake_parse.c prepare.c choose_ppp.c launch.c ready.c answer.c static_names.c)
AGENT_LIB := $(B)/agent/libagent.a
FILTER_GEN_SRCS := agent/gen-filters.c agent/filter_rules.c agent/filter_lists.c
AGENT_LIB_SRCS := $(filter-out $(AGENT_SRCS) $(FILTER_GEN_SRCS) agent/sshroute.c,$(wildcard agent/*.c))
AGENT_LIBS := -lcap-ng -lmnl
$(AGENT_LIB): $(AGENT_LIB_SRCS:%.c=$(B)/%.o) $(B)/agent/filter_programs.o \
	$(B)/agent/filter_listings.o

# libseccomp is needed to build, and to run no longer.
$(B)/agent/gen-filters: $(FILTER_GEN_SRCS:%.c=$(B)/%.o)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lseccomp
$(B)/agent/filter_%.c: $(B)/agent/gen-filters
	$(say) GEN $@
	$(Q)$< $* > $@
$(B)/agent/filter_programs.o $(B)/agent/filter_listings.o: %.o: %.c
	$(say) CC $<
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# A loader would take LD_PRELOAD and its like from whom sshd takes them (AcceptEnv) before the
# agent has a say, where no file capability makes it careful (Tun persistent).
AGENT_LDFLAGS ?= -static-pie
PROGRAMS += $(B)/vpn-agent $(B)/sshroute
$(B)/vpn-agent: $(AGENT_SRCS:%.c=$(B)/%.o) $(AGENT_LIB) $(POLICY_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(filter-out -pie,$(ALL_LDFLAGS)) $(AGENT_LDFLAGS) -o $@ $^ -lcap-ng
$(B)/sshroute: $(B)/agent/sshroute.o $(AGENT_LIB) $(POLICY_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lmnl

# PPP in user space. The library has no descriptor in it but the line's and the device's.
PPP_LIB := $(B)/agent/ppp/libppp.a
PPP_LIB_SRCS := $(filter-out agent/ppp/ppptun.c,$(wildcard agent/ppp/*.c))
$(PPP_LIB): $(PPP_LIB_SRCS:%.c=$(B)/%.o)
PROGRAMS += $(B)/ppptun
$(B)/ppptun: $(B)/agent/ppp/ppptun.o $(PPP_LIB) $(AGENT_LIB) $(POLICY_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(AGENT_LIBS)
