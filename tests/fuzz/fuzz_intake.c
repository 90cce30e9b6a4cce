/* SPDX-License-Identifier: ISC */
/*
 * What sshd and a client say, as the agent's child parses it: five texts, parted by bytes
 * 0xff; an empty one stands for a variable that is not there. What it calls good has to be
 * good.
 */
#include "tests/fuzz/fuzz.h"

#include "agent/core/login.h"

enum { TEXTS = 5, TEXT_MAX = 8 * 1024, PART = 0xff };

static const char *or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

/* Cuts the input into terminated strings, as environment and arguments are. */
static void cut(const uint8_t *data, size_t size, char texts[TEXTS][TEXT_MAX])
{
	size_t used[TEXTS] = {0}, text = 0;

	for (size_t i = 0; i < size; i++) {
		if (data[i] == PART && text + 1 < TEXTS)
			text++;
		else if (data[i] != '\0' && used[text] + 1 < TEXT_MAX)
			texts[text][used[text]++] = (char)data[i];
	}
	for (size_t i = 0; i < TEXTS; i++)
		texts[i][used[i]] = '\0';
}

static void check_identity(const struct intake_identity *who)
{
	HOLDS(is_printable(who->why) && is_printable(who->peer));
	HOLDS(who->state != INTAKE_NOTHING && (unsigned)who->state < INTAKE_STATE_COUNT);
	if (who->state != INTAKE_OK) {
		HOLDS(who->why[0] != '\0');
		return;
	}
	HOLDS(policy_name_valid(who->peer));
	HOLDS(!who->certified ||
	      (who->key_told && policy_name_valid(who->certificate.principal)));
	HOLDS(ip_addr_sane(&who->from) && ip_addr_sane(&who->server));
}

static void check_request(const struct intake_request *what)
{
	HOLDS(is_printable(what->why) && is_printable(what->shown));
	HOLDS(what->state == INTAKE_OK || what->state == INTAKE_NO_REQUEST ||
	      what->state == INTAKE_BAD_REQUEST);
	HOLDS(what->state != INTAKE_OK || verb_name(what->request.verb) != NULL);
	HOLDS(what->state == INTAKE_OK || what->why[0] != '\0');
	HOLDS(what->request.keepalive <= KEEPALIVE_MAX);
	HOLDS(what->request.asks.local.family == AF_UNSPEC ||
	      ip_addr_sane(&what->request.asks.local));
	HOLDS(what->request.asks.remote.family == AF_UNSPEC ||
	      ip_addr_sane(&what->request.asks.remote));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char texts[TEXTS][TEXT_MAX];
	static struct auth_info info;
	static struct intake intake;
	struct caller caller;

	cut(data, size, texts);
	caller = (struct caller){
	    .name = or_null(texts[0]),
	    .shell_text = or_null(texts[1]),
	    .request = or_null(texts[2]),
	    .connection = or_null(texts[3]),
	};
	memset(&info, 0, sizeof info);
	info.named = texts[4][0] != '\0';
	info.len =
	    strlen(texts[4]) < sizeof info.text ? strlen(texts[4]) : sizeof info.text - 1;
	memcpy(info.text, texts[4], info.len);
	memset(&intake, 0, sizeof intake);
	intake_parse_identity(&caller, &info, &intake.who);
	intake_parse_request(&caller, &intake.what);
	check_identity(&intake.who);
	check_request(&intake.what);
	return 0;
}
