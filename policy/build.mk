# The policy library and vpn-policy.
POLICY_LIB := $(B)/policy/libpolicy.a
POLICY_LIB_OBJS := $(patsubst %.c,$(B)/%.o,$(filter-out policy/vpn-policy.c policy/cmd_%.c,$(wildcard policy/*.c)))
$(POLICY_LIB): $(POLICY_LIB_OBJS)

PROGRAMS += $(B)/vpn-policy
$(B)/vpn-policy: $(patsubst %.c,$(B)/%.o,policy/vpn-policy.c $(wildcard policy/cmd_*.c)) $(POLICY_LIB)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^
