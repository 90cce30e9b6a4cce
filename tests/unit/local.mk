# Unit tests of the launcher's pure parts, and of how it holds its children.
LOCAL_UNIT_TESTS := $(addprefix $(B)/tests/unit/test_local_,account apart choose control control_reply diagnosis directory echo_file endpoints failover foresight frame_story gateways guard held hold hook_environment journal journal_file knob link_meaning mend names names_manager nearest output \
	offers plot ppp process profile_change pty reader ready reporting resolved retry ssh ssh_blame ssh_error ssh_login ssh_meaning ssh_reach surroundings tunnel watch_page)
$(LOCAL_UNIT_TESTS): %: %.o $(LOCAL_LIBS)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) -lcmocka $(AGENT_LDLIBS) -lsystemd
# What several of them share.
$(B)/tests/unit/test_local_ssh_blame $(B)/tests/unit/test_local_ssh_error $(B)/tests/unit/test_local_ssh_login \
	$(B)/tests/unit/test_local_ssh_meaning: $(B)/tests/unit/ssh_told.o
$(B)/tests/unit/test_local_choose $(B)/tests/unit/test_local_names $(B)/tests/unit/test_local_offers: $(B)/tests/unit/choose_fixture.o
# Findings are printed as JSON, too.
$(B)/tests/unit/test_local_diagnosis $(B)/tests/unit/test_local_frame_story $(B)/tests/unit/test_local_link_meaning: AGENT_LDLIBS += -ljansson
# A network of its own.
$(B)/tests/unit/test_local_held: $(B)/tests/unit/netns.o
# A clock that the test sets.
$(B)/tests/unit/test_local_output: LDFLAGS += -Wl,--wrap=monotonic_ms
# A kernel that hands out no copy of another's descriptor.
$(B)/tests/unit/test_local_endpoints: LDFLAGS += -Wl,--wrap=pidfd_getfd
# A kernel that takes what is written, and does nothing.
$(B)/tests/unit/test_local_knob: LDFLAGS += -Wl,--wrap=write
# A kernel that lacks newer calls.
$(B)/tests/unit/test_local_directory: LDFLAGS += -Wl,--wrap=syscall -Wl,--wrap=close_range -Wl,--wrap=readdir
# A system bus of the test's own.
$(B)/tests/unit/test_local_resolved: $(B)/tests/unit/resolved_played.o
$(B)/tests/unit/test_local_resolved: LDFLAGS += -Wl,--wrap=sd_bus_set_address -Wl,--wrap=names_host_read
# A disk, and memory.
$(B)/tests/unit/test_local_journal_file: LDFLAGS += -Wl,--wrap=fstatfs
# One that does not tell of all files.
$(B)/tests/unit/test_local_endpoints: LDFLAGS += -Wl,--wrap=readdir
# What both sides set, where the kernel says yes and does nothing.
LOCAL_UNIT_TESTS += $(B)/tests/unit/test_kept
$(B)/tests/unit/test_kept: LDFLAGS += $(addprefix -Wl$(comma)--wrap=,tcsetattr fchmod fchownat ioctl renameat2)
$(B)/tests/unit/test_kept: $(B)/tests/unit/test_kept.o $(TOOL_LIB) $(LOCAL_LIBS)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lcmocka $(AGENT_LDLIBS) -lsystemd
