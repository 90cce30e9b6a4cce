# Unit tests of the policy language and of vpn-policy, a program for each module, and the request table's driver.
UNIT_TESTS := $(addprefix $(B)/tests/unit/,test_address test_authorized_keys test_base64 test_bench_line test_capability test_certificate test_decide test_decide_key test_diff test_domain test_error \
	test_escape test_finding test_foreign_text test_groups test_html test_amend test_holder test_in_root test_invitation test_key test_keyword test_lexer test_lines test_load test_memory test_pam_text test_path test_peer_text test_policy test_pool test_ppp_words test_prefixes test_private_key test_profile \
	test_record test_refused_option test_request test_run test_settle test_settled test_sha256 test_ssh_answer test_sshd_text test_sudoers test_trusted test_value test_word_list test_written)
$(B)/tests/unit/test_record: $(B)/tests/record/record.o
$(B)/tests/unit/test_bench_line: $(B)/tests/bench/line_way.o
$(B)/tests/unit/test_in_root: LDFLAGS += -Wl,--wrap=syscall
$(B)/tests/unit/test_memory: LDFLAGS += -Wl,--wrap=realloc
$(B)/tests/unit/test_settle $(B)/tests/unit/test_settled $(B)/tests/unit/test_written: $(B)/tests/unit/written_fixture.o
$(B)/tests/unit/test_settle $(B)/tests/unit/test_settled $(B)/tests/unit/test_written: LDFLAGS += $(addprefix -Wl$(comma)--wrap=,clock_gettime clock_nanosleep settle_wait)
$(UNIT_TESTS): %: %.o $(TOOL_LIB) $(CORE_LIBS)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) -lcmocka -ljansson

# What tests/cases/run starts beside vpn-policy.
CASE_PROGRAMS := $(B)/tests/cases/request-case
$(CASE_PROGRAMS): %: %.o $(LANGUAGE_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^
