# The launcher and pty-redir.
LOCAL_SHARED_OBJS := $(B)/local/pty.o
PROGRAMS += $(B)/vpn-connect $(B)/pty-redir
$(B)/vpn-connect: $(patsubst %.c,$(B)/%.o,$(filter-out local/pty-redir.c,$(wildcard local/*.c))) $(AGENT_LIB) $(POLICY_LIB)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(AGENT_LIBS) -lsystemd -ljansson
$(B)/pty-redir: $(B)/local/pty-redir.o $(LOCAL_SHARED_OBJS)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^
