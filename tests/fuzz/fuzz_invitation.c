/* SPDX-License-Identifier: ISC */
/* Any line is an invitation or an error; and what one says, by a sender who can make a good
 * check, is within the bounds of policy files, and is written back to the same line. */
#include "tests/fuzz/fuzz.h"

#include "policy/language/invitation.h"

static void open_line(const char *line, size_t len)
{
	static struct invitation invitation;
	struct error err;

	if (invitation_open(line, len, &invitation, &err) != 0) {
		HOLDS(err.text[0] != '\0' && is_printable(err.text));
		HOLDS(invitation.nhosts == 0 && invitation.nhost_keys == 0);
		return;
	}
	HOLDS(policy_name_valid(invitation.peer));
	HOLDS(invitation.nhosts == 1 && invitation.hosts[0].name[0] != '-');
	HOLDS(invitation.nhost_keys >= 1 &&
	      invitation.nhost_keys <= INVITATION_HOST_KEYS_MAX);
	for (size_t i = 0; i < invitation.nhost_keys; i++)
		HOLDS(invitation.host_keys[i].key.type[0] != '\0');
	HOLDS(invitation.address.local.family != AF_UNSPEC ||
	      invitation.address6.local.family != AF_UNSPEC);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char line[INVITATION_LINE_MAX];
	static struct invitation invitation;
	struct error err;
	char *text = NULL;
	size_t len;
	FILE *out;

	open_line((const char *)data, size);
	if (invitation_seal((const char *)data, size, line, &err) != 0)
		return 0;
	open_line(line, strlen(line));
	HOLDS(invitation_open(line, strlen(line), &invitation, &err) == 0);
	out = open_memstream(&text, &len);
	HOLDS(out != NULL);
	invitation_print(&invitation, out);
	HOLDS(fclose(out) == 0);
	/* Canonical: its own text gives the same values, and so the same line. */
	HOLDS(invitation_seal(text, len, line, &err) == 0);
	free(text);
	return 0;
}
