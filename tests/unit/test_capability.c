/* SPDX-License-Identifier: ISC */
/* The bytes of security.capability: what is misread there would be taken for the agent's.
 */
#include "tests/unit/unit.h"

#include <linux/capability.h>
#include <string.h>

#include "agent/confine/file_capabilities.h"
#include "policy/tool/audit/capability.h"

static struct file_capability out;
static struct error err;

/* The bytes that `setcap cap_net_admin,cap_setuid,cap_setgid,cap_setpcap=p` leaves. */
static const uint8_t agents[] = {0, 0, 0, 2, 0xc0, 0x11, 0, 0, 0, 0,
				 0, 0, 0, 0, 0,	   0,	 0, 0, 0, 0};

static void the_agents(void **state)
{
	char text[CAPABILITY_TEXT_MAX];

	(void)state;
	assert_int_equal(capability_parse(agents, sizeof agents, &out, &err), 0);
	assert_true(out.permitted == AGENT_CAPABILITIES);
	assert_true(out.inheritable == 0);
	assert_false(out.effective);
	assert_int_equal(out.root, 0);
	assert_string_equal(capability_print(&out, text),
			    "cap_setgid,cap_setuid,cap_setpcap,cap_net_admin=p");
}

static void each_part(void **state)
{
	/* Revision 3, effective; each word has one bit. */
	static const uint8_t bytes[] = {1, 0, 0, 3, 1, 0, 0, 0, 2, 0,	 0,    0,
					4, 0, 0, 0, 8, 0, 0, 0, 0, 0xe8, 0x03, 0};
	static const uint8_t old[] = {0, 0, 0, 1, 0, 0, 0, 0x80, 1, 0, 0, 0};
	char text[CAPABILITY_TEXT_MAX];

	(void)state;
	assert_int_equal(capability_parse(bytes, sizeof bytes, &out, &err), 0);
	assert_true(out.effective);
	assert_true(out.permitted == (1 | UINT64_C(4) << 32));
	assert_true(out.inheritable == (2 | UINT64_C(8) << 32));
	assert_int_equal(out.root, 0x03e800);
	assert_string_equal(capability_print(&out, text),
			    "cap_chown,cap_dac_override,34,35=eip");
	assert_int_equal(capability_parse(old, sizeof old, &out, &err), 0);
	assert_true(out.permitted == UINT64_C(1) << 31);
	assert_true(out.inheritable == 1);
	assert_false(out.effective);
}

static void what_is_none(void **state)
{
	uint8_t bytes[CAPABILITY_BYTES_MAX] = {0};

	(void)state;
	memcpy(bytes, agents, sizeof agents);
	for (size_t len = 0; len < sizeof bytes; len++)
		assert_int_equal(capability_parse(bytes, len, &out, &err),
				 len == sizeof agents ? 0 : -1);
	bytes[3] = 4;
	for (size_t len = 0; len < sizeof bytes; len++)
		assert_int_equal(capability_parse(bytes, len, &out, &err), -1);
	assert_true(out.permitted == 0);
	bytes[3] = 0;
	assert_int_equal(capability_parse(bytes, sizeof agents, &out, &err), -1);
}

static void printed(void **state)
{
	const struct file_capability none = {0}, all = {UINT64_MAX, UINT64_MAX, true, 0};
	char text[CAPABILITY_TEXT_MAX];

	(void)state;
	assert_string_equal(capability_print(&none, text), "none");
	assert_true(strlen(capability_print(&all, text)) < CAPABILITY_TEXT_MAX - 1);
	assert_string_equal(strrchr(text, ','), ",63=eip");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_agents),
	    cmocka_unit_test(each_part),
	    cmocka_unit_test(what_is_none),
	    cmocka_unit_test(printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
