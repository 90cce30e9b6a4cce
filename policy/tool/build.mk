# vpn-policy, and the manuals whose lists are written from tables.
TOOL_LIB := $(B)/policy/tool/libtool.a
TOOL_LIB_SRCS := $(filter-out policy/tool/vpn-policy.c policy/tool/gen-manual.c,$(wildcard policy/tool/*.c policy/tool/*/*.c))
$(TOOL_LIB): $(TOOL_LIB_SRCS:%.c=$(B)/%.o)

# Of the agent it has what decides and prepares, and nothing that acts.
PROGRAMS += $(B)/vpn-policy
$(B)/vpn-policy: $(B)/policy/tool/vpn-policy.o $(TOOL_LIB) $(CORE_LIBS)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -ljansson

$(B)/policy/tool/gen-manual: $(B)/policy/tool/gen-manual.o $(TOOL_LIB) $(CORE_LIBS)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^

POLICY_MANUALS := $(B)/policy/language/policy.conf.5 $(B)/policy/tool/vpn-policy.8
$(POLICY_MANUALS): $(B)/%: %.in $(HERE)/policy/tool/gen-manual
	$(say) GEN $@
	$(Q)$(HERE)/policy/tool/gen-manual < $< > $@

all: $(POLICY_MANUALS)
