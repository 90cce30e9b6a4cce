# Unit tests of the policy library, a program for each module, and the request table's driver.
UNIT_TESTS := $(addprefix $(B)/tests/unit/,test_address test_authorized_keys test_base64 test_capability test_decide test_diff test_error \
	test_escape test_in_root test_key test_keyword test_lexer test_lines test_load test_memory test_pam_text test_path test_policy test_ppp_words test_prefixes test_private_key test_profile \
	test_record test_request test_run test_settle test_sha256 test_sshd_text test_sudoers test_trusted test_value test_written)
$(B)/tests/unit/test_record: $(B)/tests/record/record.o
$(B)/tests/unit/test_path: $(B)/policy/audit/path.o
$(B)/tests/unit/test_in_root: $(B)/policy/audit/in_root.o
$(B)/tests/unit/test_in_root: LDFLAGS += -Wl,--wrap=syscall
$(B)/tests/unit/test_authorized_keys: $(B)/policy/audit/authorized_keys.o
$(B)/tests/unit/test_sshd_text: $(B)/policy/audit/sshd_text.o
$(B)/tests/unit/test_capability $(B)/tests/unit/test_pam_text $(B)/tests/unit/test_ppp_words $(B)/tests/unit/test_sudoers: \
	$(B)/tests/unit/test_%: $(B)/policy/audit/%.o
$(B)/tests/unit/test_run: $(addprefix $(B)/policy/audit/,run.o user_become.o) $(B)/agent/deadline.o
$(B)/tests/unit/test_lines: $(addprefix $(B)/policy/,keys/lines.o audit/authorized_keys.o audit/path.o audit/replace.o)
$(B)/tests/unit/test_private_key: $(addprefix $(B)/policy/audit/,private_key.o host.o in_root.o finding.o grow.o path.o)
$(B)/tests/unit/test_memory: $(B)/policy/audit/memory.o
$(B)/tests/unit/test_memory: LDFLAGS += -Wl,--wrap=realloc
$(B)/tests/unit/test_prefixes: $(B)/policy/diff/prefixes.o $(B)/policy/audit/grow.o
$(B)/tests/unit/test_settle $(B)/tests/unit/test_written: $(B)/tests/unit/written_fixture.o
$(B)/tests/unit/test_settle $(B)/tests/unit/test_written: LDFLAGS += $(addprefix -Wl$(comma)--wrap=,clock_gettime clock_nanosleep settle_wait)
$(B)/tests/unit/test_diff: $(addprefix $(B)/policy/,audit/grow.o diff/prefixes.o diff/unit.o diff/effect.o \
	diff/compare.o diff/compare_peer.o diff/compare_networks.o \
	diff/compare_settings.o)
$(UNIT_TESTS): %: %.o $(POLICY_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(POLICY_LIB) -lcmocka

# What tests/cases/run starts beside vpn-policy.
CASE_PROGRAMS := $(B)/tests/cases/request-case
$(CASE_PROGRAMS): %: %.o $(POLICY_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^
