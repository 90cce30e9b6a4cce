# What is launched in pppd's and in sshroute's place to try what must fail.
PROBE_OBJS := $(addprefix $(B)/tests/probe/,probe.o calls.o arguments.o rights.o objects.o)
SYSTEM_PROGRAMS += $(B)/tests/probe/probe
$(B)/tests/probe/probe: $(PROBE_OBJS) $(B)/agent/confine/filter_lists.o $(AGENT_LIBS)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lcap-ng

PROBE_ENTRIES := $(addprefix $(B)/tests/probe/entry_,x32 i386 kill)
SYSTEM_PROGRAMS += $(PROBE_ENTRIES)
$(B)/tests/probe/entry_x32: PROBE_ENTRY := -DENTRY_X32
$(B)/tests/probe/entry_i386: PROBE_ENTRY := -DENTRY_I386
$(PROBE_ENTRIES): tests/probe/entry.c
	@mkdir -p $(@D)
	$(say) CC $@
	$(Q)$(CC) $(ALL_CFLAGS) $(PROBE_ENTRY) $(ALL_LDFLAGS) -o $@ $<
