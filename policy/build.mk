# The policy library, vpn-policy, and the manual that the keyword tables write.
POLICY_LIB := $(B)/policy/libpolicy.a
POLICY_PROGRAM_SRCS := policy/vpn-policy.c $(wildcard policy/cmd_*.c policy/audit/*.c)
POLICY_LIB_OBJS := $(patsubst %.c,$(B)/%.o,$(filter-out $(POLICY_PROGRAM_SRCS) policy/gen-keywords.c,$(wildcard policy/*.c)))
$(POLICY_LIB): $(POLICY_LIB_OBJS)

PROGRAMS += $(B)/vpn-policy
$(B)/vpn-policy: $(patsubst %.c,$(B)/%.o,$(POLICY_PROGRAM_SRCS)) $(POLICY_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -ljansson

$(B)/policy/gen-keywords: $(B)/policy/gen-keywords.o $(POLICY_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^

$(B)/policy/policy.conf.5: policy/policy.conf.5.in $(B)/policy/gen-keywords
	$(say) GEN $@
	$(Q)$(B)/policy/gen-keywords < $< > $@

all: $(B)/policy/policy.conf.5
