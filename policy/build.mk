# The policy library, vpn-policy, and the manuals that tables write the lists of.
POLICY_LIB := $(B)/policy/libpolicy.a
POLICY_PROGRAM_SRCS := policy/vpn-policy.c $(wildcard policy/cmd_*.c policy/*/*.c)
POLICY_LIB_OBJS := $(patsubst %.c,$(B)/%.o,$(filter-out $(POLICY_PROGRAM_SRCS) policy/gen-manual.c,$(wildcard policy/*.c)))
$(POLICY_LIB): $(POLICY_LIB_OBJS)

# Of the agent, what decides and prepares, for explain, and its library; nothing that acts.
POLICY_AGENT_OBJS := $(addprefix $(B)/agent/,intake_parse.o judge.o prepare.o ready.o)

PROGRAMS += $(B)/vpn-policy
$(B)/vpn-policy: $(patsubst %.c,$(B)/%.o,$(POLICY_PROGRAM_SRCS)) $(POLICY_AGENT_OBJS) $(B)/agent/libagent.a $(POLICY_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -ljansson

$(B)/policy/gen-manual: $(addprefix $(B)/policy/,gen-manual.o audit/finding.o audit/grow.o) $(POLICY_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^

POLICY_MANUALS := $(B)/policy/policy.conf.5 $(B)/policy/vpn-policy.8
$(POLICY_MANUALS): $(B)/%: %.in $(B)/policy/gen-manual
	$(say) GEN $@
	$(Q)$(B)/policy/gen-manual < $< > $@

all: $(POLICY_MANUALS)
