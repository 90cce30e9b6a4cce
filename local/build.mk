# The launcher and pty-redir.
CONNECT_SRCS := $(filter-out local/pty-redir.c,$(wildcard local/*.c))

PROGRAMS += $(B)/vpn-connect $(B)/pty-redir
$(B)/vpn-connect: $(patsubst %.c,$(B)/%.o,$(CONNECT_SRCS)) $(AGENT_LIB) $(POLICY_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(AGENT_LIBS) -lsystemd -ljansson
$(B)/pty-redir: $(B)/local/pty-redir.o $(B)/local/pty.o $(POLICY_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^
