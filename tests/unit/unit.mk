# Unit tests of the policy library, a program for each module, and the request table's driver.
UNIT_TESTS := $(addprefix $(B)/tests/unit/,test_address test_base64 test_decide test_error \
	test_escape test_key test_keyword test_lexer test_load test_path test_policy test_profile \
	test_record test_request test_sha256 test_trusted test_value)
$(B)/tests/unit/test_record: $(B)/tests/record/record.o
$(B)/tests/unit/test_path: $(B)/policy/audit/path.o
$(UNIT_TESTS): %: %.o $(POLICY_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lcmocka

# What tests/cases/run starts beside vpn-policy.
CASE_PROGRAMS := $(B)/tests/cases/request-case
$(CASE_PROGRAMS): %: %.o $(POLICY_LIB)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^
