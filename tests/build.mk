# Tests: how each kind is built and run. Unit programs are listed beside their sources.
include $(wildcard tests/unit/*.mk)

SYSTEM_PROGRAMS := $(B)/tests/system/standin
$(B)/tests/system/standin: $(B)/tests/system/standin.o
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^

SYSTEM_PROGRAMS += $(B)/tests/system/link_standin
$(B)/tests/system/link_standin: $(B)/tests/system/link_standin.o
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lmnl

demo:
	@B='$(B)' tests/demo/run

.PHONY: demo
