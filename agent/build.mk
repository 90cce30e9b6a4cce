# The agent, sshroute and ppptun. A room is an archive; NAME_LIBS is that room and all below it, in the
# order in which they are linked, so that a lower one finds nothing of a higher one.
rooms := base confine net ppp core
$(foreach room,$(rooms),$(eval $(room)_srcs := $(filter-out %/gen-filters.c %/filter_rules.c %/filter_lists.c %/ppptun.c,\
	$(wildcard agent/$(room)/*.c))))
BASE_LIB := $(B)/agent/base/libbase.a
CONFINE_LIB := $(B)/agent/confine/libconfine.a
NET_LIB := $(B)/agent/net/libnet.a
PPP_LIB := $(B)/agent/ppp/libppp.a
CORE_LIB := $(B)/agent/core/libcore.a
AGENT_LIB := $(B)/agent/libagent.a

BASE_LIBS := $(BASE_LIB) $(LANGUAGE_LIB)
CONFINE_LIBS := $(CONFINE_LIB) $(BASE_LIBS)
NET_LIBS := $(NET_LIB) $(CONFINE_LIBS)
PPP_LIBS := $(PPP_LIB) $(NET_LIBS)
CORE_LIBS := $(CORE_LIB) $(PPP_LIBS)
AGENT_LIBS := $(AGENT_LIB) $(CORE_LIBS)
# What these archives use of others'.
AGENT_LDLIBS := -lcap-ng -lmnl

$(BASE_LIB): $(base_srcs:%.c=$(B)/%.o)
$(CONFINE_LIB): $(confine_srcs:%.c=$(B)/%.o) $(B)/agent/confine/filter_programs.o $(B)/agent/confine/filter_listings.o
$(NET_LIB): $(net_srcs:%.c=$(B)/%.o)
# The library has no descriptor in it but the line's and the device's.
$(PPP_LIB): $(ppp_srcs:%.c=$(B)/%.o)
$(CORE_LIB): $(core_srcs:%.c=$(B)/%.o)

# libseccomp is needed to build, and to run no longer.
FILTER_GEN_SRCS := $(addprefix agent/confine/,gen-filters.c filter_rules.c filter_lists.c)
$(B)/agent/confine/gen-filters: $(FILTER_GEN_SRCS:%.c=$(B)/%.o)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lseccomp
$(B)/agent/confine/filter_programs.c $(B)/agent/confine/filter_listings.c: $(B)/agent/confine/filter_%.c: $(HERE)/agent/confine/gen-filters
	$(say) GEN $@
	$(Q)$< $* $(TARGET_ARCH) > $@
$(B)/agent/confine/filter_programs.o $(B)/agent/confine/filter_listings.o: %.o: %.c
	$(say) CC $<
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# The steps. static_names.c takes the place of what the C library has: it is linked by name.
AGENT_MAIN_SRCS := agent/vpn-agent.c agent/static_names.c
AGENT_LIB_SRCS := $(filter-out $(AGENT_MAIN_SRCS) agent/sshroute.c,$(wildcard agent/*.c))
$(AGENT_LIB): $(AGENT_LIB_SRCS:%.c=$(B)/%.o)
AGENT_OBJS := $(AGENT_MAIN_SRCS:%.c=$(B)/%.o) $(AGENT_LIBS)

# A loader would take LD_PRELOAD and its like from whom sshd takes them (AcceptEnv) before the
# agent has a say, where no file capability makes it careful (Tun persistent).
AGENT_LDFLAGS ?= -static-pie
PROGRAMS += $(B)/vpn-agent $(B)/sshroute $(B)/ppptun
$(B)/vpn-agent: $(AGENT_OBJS)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(filter-out -pie,$(ALL_LDFLAGS)) $(AGENT_LDFLAGS) -o $@ $^ -lcap-ng
$(B)/sshroute: $(B)/agent/sshroute.o $(NET_LIBS)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lmnl
$(B)/ppptun: $(B)/agent/ppp/ppptun.o $(PPP_LIBS)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(AGENT_LDLIBS)
