/* SPDX-License-Identifier: ISC */
#include "policy/language/invitation.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "policy/language/base64.h"
#include "policy/language/parse.h"
#include "policy/language/parsed.h"
#include "policy/language/sha256.h"
#include "policy/language/value.h"

enum {
	CHECK_BYTES = 8,
	/* base64 of them */
	CHECK_LEN = (CHECK_BYTES * 4 + 2) / 3,
	VERSION_DIGITS_MAX = 4,
	VERSION_MAX = 9999,
};

static const char shown[] = "the invitation";

#define AT(member) offsetof(struct invitation, member)
#define NOWHERE	   KEYWORD_NOWHERE

/* The bounds of the same keywords of policy files. */
static const struct keyword invitation_keywords[] = {
    {"Host", VALUE_HOST, KEYWORD_REQUIRED, 0, 1, NULL, NULL, AT(hosts), AT(nhosts), NOWHERE,
     "Where sshd is reached."},
    {"Port", VALUE_NUMBER, 0, 1, 65535, NULL, NULL, AT(port), NOWHERE, NOWHERE,
     "Its port."},
    {"Account", VALUE_ACCOUNT, KEYWORD_REQUIRED, 0, 0, NULL, NULL, AT(account), NOWHERE,
     NOWHERE, "The account to log in to."},
    {"Address", VALUE_PAIR4, 0, 0, 0, NULL, NULL, AT(address), NOWHERE, NOWHERE,
     "The IPv4 ends of the link."},
    {"Address6", VALUE_PAIR6, 0, 0, 0, NULL, NULL, AT(address6), NOWHERE, NOWHERE,
     "The IPv6 ends of the link."},
    {"Offer", VALUE_ROUTES, KEYWORD_REPEATS, 0, PEER_OFFERS_MAX, NULL, NULL, AT(offers),
     AT(noffers), NOWHERE, "Networks behind the host."},
    {"HostKey", VALUE_KEY, KEYWORD_REQUIRED | KEYWORD_REPEATS, 0, INVITATION_HOST_KEYS_MAX,
     NULL, NULL, AT(host_keys), AT(nhost_keys), NOWHERE, "What sshd proves itself by."},
    {"Expires", VALUE_TIME, 0, 0, 0, NULL, NULL, AT(expires), NOWHERE, NOWHERE,
     "Until when."},
    {"HandIn", VALUE_SECRET, 0, 0, 0, NULL, NULL, AT(hand_in), NOWHERE, NOWHERE,
     "The one-time key to hand the own one in with."},
    {"HandInUntil", VALUE_TIME, 0, 0, 0, NULL, NULL, AT(hand_in_until), NOWHERE, NOWHERE,
     "Until when."},
    {"End", VALUE_END, KEYWORD_REQUIRED, 0, 0, NULL, NULL, NOWHERE, NOWHERE, NOWHERE,
     "The last line."},
};

static const struct scope scope_invitation = {
    "invitation", "an invitation", invitation_keywords,
    sizeof invitation_keywords / sizeof *invitation_keywords};

static int check_host_keys(struct parse *p, const struct invitation *in)
{
	for (size_t i = 0; i < in->nhost_keys; i++)
		if (in->host_keys[i].key.type[0] == '\0')
			return error_at(p->err, p->file, in->host_keys[i].line, 1,
					"HostKey: a fingerprint cannot be written to "
					"known_hosts: expected the key");
	return 0;
}

static int check_invitation(struct parse *p)
{
	struct invitation *in = p->out;
	const struct parse_link link = {&in->address, &in->address6};

	if (in->address.local.family == AF_UNSPEC && in->address6.local.family == AF_UNSPEC)
		return error_at(p->err, p->file, 0, 0, "no addresses for the link");
	if ((in->hand_in[0] != '\0') != (in->hand_in_until != 0))
		return error_at(p->err, p->file, 0, 0,
				"HandIn and HandInUntil: expected both or neither");
	if (check_host_keys(p, in) != 0 ||
	    parse_check_routes(p, "Offer", in->offers, in->noffers, &link) != 0)
		return -1;
	return parse_end(p);
}

static const struct parse_kind parse_invitation_kind = {
    .scope = &scope_invitation,
    .size = sizeof(struct invitation),
    .file = offsetof(struct invitation, file),
    .name = offsetof(struct invitation, peer),
    .check = check_invitation,
};

void invitation_print(const struct invitation *invitation, FILE *out)
{
	fprintf(out, "%s\n", invitation->peer);
	print_values(&scope_invitation, invitation, out);
}

/* RFC 4648 section 5 has other characters in two places, which any place that takes a word
 * lets pass. */
static void swap_alphabet(char *text, const char from[2], const char to[2])
{
	for (; *text != '\0'; text++)
		for (size_t i = 0; i < 2; i++)
			if (*text == from[i]) {
				*text = to[i];
				break;
			}
}

static void check_of(const char *line, size_t len, char out[CHECK_LEN + 1])
{
	uint8_t digest[SHA256_SIZE];

	sha256_digest(line, len, digest);
	base64_encode_bare(digest, CHECK_BYTES, out);
	swap_alphabet(out, "+/", "-_");
}

int invitation_seal(const char *text, size_t len, char line[INVITATION_LINE_MAX],
		    struct error *err)
{
	static struct invitation opened;
	int mark;
	size_t used;

	line[0] = '\0';
	if (len > INVITATION_TEXT_MAX)
		return error_set(err,
				 "%s would be too long: expected fewer networks or "
				 "smaller host keys",
				 shown);
	mark =
	    snprintf(line, INVITATION_LINE_MAX, INVITATION_MARK "%d.", INVITATION_VERSION);
	base64_encode_bare((const uint8_t *)text, len, line + mark);
	swap_alphabet(line + mark, "+/", "-_");
	used = strlen(line);
	line[used++] = '.';
	check_of(line, used, line + used);
	return invitation_open(line, strlen(line), &opened, err);
}

bool invitation_is_meant(const char *word)
{
	const size_t mark = strlen(INVITATION_MARK);

	return strncmp(word, INVITATION_MARK, mark) == 0 && word[mark] >= '0' &&
	       word[mark] <= '9';
}

/* Without the blanks that copying puts in. -1: it does not fit, or is not text. */
static int collect(const char *line, size_t len, char out[INVITATION_LINE_MAX])
{
	size_t used = 0;

	for (size_t i = 0; i < len; i++) {
		if (line[i] == ' ' || line[i] == '\t' || line[i] == '\r' || line[i] == '\n')
			continue;
		if (line[i] < '!' || line[i] > '~' || used == INVITATION_LINE_MAX - 1)
			return -1;
		out[used++] = line[i];
	}
	out[used] = '\0';
	return 0;
}

/* What follows "sallyport1.", or NULL with *err. */
static char *pass_mark(char *line, struct error *err)
{
	char *at = line + strlen(INVITATION_MARK);
	char number[VERSION_DIGITS_MAX + 1];
	const size_t digits = invitation_is_meant(line) ? strspn(at, "0123456789") : 0;
	unsigned version;
	const char *why;

	if (digits == 0 || digits > VERSION_DIGITS_MAX) {
		error_set(err,
			  "not an invitation: expected a line that begins with "
			  "\"" INVITATION_MARK "%d.\"",
			  INVITATION_VERSION);
		return NULL;
	}
	memcpy(number, at, digits);
	number[digits] = '\0';
	if (value_number(number, 1, VERSION_MAX, &version, &why) != 0) {
		error_set(err, "not an invitation: its version is not a number");
		return NULL;
	}
	if (at[digits] == '\0') {
		error_set(err, "%s was cut short: copy all of the line", shown);
		return NULL;
	}
	if (version != INVITATION_VERSION || at[digits] != '.') {
		error_set(err,
			  "%s is of version %u, and this program knows version %d: "
			  "install a newer Sallyport here",
			  shown, version, INVITATION_VERSION);
		return NULL;
	}
	return at + digits + 1;
}

/* Takes the check off the line's end. */
static int verify(char *line, const char *payload, struct error *err)
{
	char *dot = strchr(payload, '.') != NULL ? strrchr(line, '.') : NULL;
	char check[CHECK_LEN + 1];

	if (dot == NULL || strlen(dot + 1) < CHECK_LEN)
		return error_set(err, "%s was cut short: copy all of the line", shown);
	check_of(line, (size_t)(dot + 1 - line), check);
	if (strcmp(check, dot + 1) != 0)
		return error_set(err,
				 "%s was altered on its way: copy it again, or ask "
				 "for another",
				 shown);
	*dot = '\0';
	return 0;
}

/* The first line is the peer's name, which parse_file() looks at. */
static int read_text(const uint8_t *bytes, size_t len, struct invitation *out,
		     struct error *err)
{
	const uint8_t *end = memchr(bytes, '\n', len);
	const size_t name_len = end == NULL ? 0 : (size_t)(end - bytes);
	char name[NAME_MAX_LEN + 1];

	if (name_len == 0 || name_len > NAME_MAX_LEN ||
	    memchr(bytes, '\0', name_len) != NULL)
		return error_set(err, "%s does not say for which peer it is", shown);
	memcpy(name, bytes, name_len);
	name[name_len] = '\0';
	return parse_file(&parse_invitation_kind, shown, name,
			  (const char *)bytes + name_len + 1, len - name_len - 1, out, err,
			  NULL);
}

int invitation_open(const char *line, size_t len, struct invitation *out, struct error *err)
{
	static uint8_t bytes[INVITATION_TEXT_MAX];
	static char copy[INVITATION_LINE_MAX];
	char *payload;
	size_t used;

	memset(out, 0, sizeof *out);
	if (collect(line, len, copy) != 0)
		return error_set(err, "not an invitation: expected one line of text");
	payload = pass_mark(copy, err);
	if (payload == NULL || verify(copy, payload, err) != 0)
		return -1;
	/* The two that this alphabet does not have must not stand for those that it has. */
	if (strpbrk(payload, "+/") != NULL)
		return error_set(err, "%s is not written as one", shown);
	swap_alphabet(payload, "-_", "+/");
	if (base64_decode(payload, BASE64_BARE, bytes, sizeof bytes, &used) != 0)
		return error_set(err, "%s is not written as one", shown);
	return read_text(bytes, used, out, err);
}
