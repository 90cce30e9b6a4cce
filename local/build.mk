# The launcher, pty-redir and jump-ssh; all but the mains in an archive that the tests link as well.
LOCAL_LIB := $(B)/local/liblocal.a
LOCAL_LIB_SRCS := $(filter-out local/pty-redir.c local/vpn-connect.c local/jump-ssh.c,$(wildcard local/*.c))
$(LOCAL_LIB): $(LOCAL_LIB_SRCS:%.c=$(B)/%.o)
LOCAL_LIBS := $(LOCAL_LIB) $(AGENT_LIBS)

PROGRAMS += $(B)/vpn-connect $(B)/pty-redir $(B)/jump-ssh
$(B)/jump-ssh: $(B)/local/jump-ssh.o $(LOCAL_LIBS)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(AGENT_LDLIBS)
$(B)/vpn-connect: $(B)/local/vpn-connect.o $(LOCAL_LIBS)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(AGENT_LDLIBS) -lsystemd -ljansson
$(B)/pty-redir: $(B)/local/pty-redir.o $(LOCAL_LIBS)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^
