/* SPDX-License-Identifier: ISC */
#include "policy/language/key.h"

#include <stdio.h>
#include <string.h>

#include "policy/language/base64.h"
#include "policy/language/blob.h"
#include "policy/language/sha256.h"

/* Uncompressed points of the three curves (SEC 1, 2.3.3): 4, x, y. */
enum { POINT_256 = 65, POINT_384 = 97, POINT_521 = 133, ED25519_SIZE = 32 };
enum { BLOB_MAX = KEY_BASE64_MAX / 4 * 3, APPLICATION_MAX = 256 };

static const char fingerprint_mark[] = "SHA256:";

/* What follows the type's name in the blob. */
enum fields {
	/* RFC 8709: the point */
	FIELDS_ED25519,
	/* RFC 5656 3.1: the curve's name, the point */
	FIELDS_ECDSA,
	/* RFC 4253 6.6: e, n */
	FIELDS_RSA,
};

struct key_kind {
	const char *type;
	enum fields fields;
	const char *curve;
	size_t point;
	/* OpenSSH's PROTOCOL.u2f: the application's name ends the blob */
	bool security_key;
};

static const struct key_kind kinds[] = {
    {"ssh-ed25519", FIELDS_ED25519, NULL, ED25519_SIZE, false},
    {"ecdsa-sha2-nistp256", FIELDS_ECDSA, "nistp256", POINT_256, false},
    {"ecdsa-sha2-nistp384", FIELDS_ECDSA, "nistp384", POINT_384, false},
    {"ecdsa-sha2-nistp521", FIELDS_ECDSA, "nistp521", POINT_521, false},
    {"sk-ssh-ed25519@openssh.com", FIELDS_ED25519, NULL, ED25519_SIZE, true},
    {"sk-ecdsa-sha2-nistp256@openssh.com", FIELDS_ECDSA, "nistp256", POINT_256, true},
    {"ssh-rsa", FIELDS_RSA, NULL, 0, false},
};

static bool take_text(struct blob *c, const char *expected)
{
	size_t len;
	const uint8_t *s = blob_string(c, &len);

	return s != NULL && len == strlen(expected) && memcmp(s, expected, len) == 0;
}

static bool take_point(struct blob *c, size_t size, bool sec1)
{
	size_t len;
	const uint8_t *s = blob_string(c, &len);

	return s != NULL && len == size && (!sec1 || s[0] == 4);
}

/* A positive mpint in its shortest form (RFC 4251 section 5); its bits, or 0. */
static size_t take_mpint_bits(struct blob *c)
{
	size_t len, bits;
	const uint8_t *s = blob_string(c, &len);

	if (s == NULL || len == 0 || (s[0] & 0x80) != 0)
		return 0;
	if (s[0] == 0) {
		if (len == 1 || (s[1] & 0x80) == 0)
			return 0;
		s++;
		len--;
	}
	bits = len * 8;
	for (uint8_t top = s[0]; (top & 0x80) == 0; top = (uint8_t)(top << 1))
		bits--;
	return bits;
}

static const struct key_kind *find_kind(const char *type)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(kinds[i].type, type) == 0)
			return &kinds[i];
	return NULL;
}

bool key_type_known(const char *type)
{
	return find_kind(type) != NULL;
}

bool key_is_fingerprint(const char *word)
{
	return strncmp(word, fingerprint_mark, sizeof fingerprint_mark - 1) == 0;
}

static const char *check_rsa(struct blob *c, unsigned *bits)
{
	size_t exponent = take_mpint_bits(c), modulus = take_mpint_bits(c);

	if (exponent == 0 || modulus == 0)
		return "the key data is damaged";
	*bits = (unsigned)modulus;
	return modulus < KEY_RSA_BITS_MIN ? "an RSA key of fewer than 2048 bits" : NULL;
}

/* NULL when the blob is a key of this kind and nothing else, or what is wrong. */
static const char *check_blob(const struct key_kind *kind, const uint8_t *blob, size_t len,
			      unsigned *rsa_bits)
{
	struct blob c = {.at = blob, .left = len};
	const char *why = NULL;
	size_t application;
	bool good = true;

	if (!take_text(&c, kind->type))
		return "the key data is of another type than the word before it";
	switch (kind->fields) {
	case FIELDS_ED25519:
		good = take_point(&c, kind->point, false);
		break;
	case FIELDS_ECDSA:
		good = take_text(&c, kind->curve) && take_point(&c, kind->point, true);
		break;
	case FIELDS_RSA:
		why = check_rsa(&c, rsa_bits);
		break;
	}
	if (kind->security_key)
		good = good && blob_string(&c, &application) != NULL && application > 0 &&
		       application <= APPLICATION_MAX;
	if (why != NULL)
		return why;
	return good && !c.bad && c.left == 0 ? NULL : "the key data is damaged";
}

const char *key_read_blob(const char *type, const uint8_t *blob, size_t len,
			  struct public_key *out)
{
	const struct key_kind *kind = find_kind(type);
	const char *why;

	memset(out, 0, sizeof *out);
	if (kind == NULL)
		return "unsupported key type";
	why = check_blob(kind, blob, len, &out->rsa_bits);
	if (why != NULL)
		return why;
	sha256_digest(blob, len, out->digest);
	snprintf(out->type, sizeof out->type, "%s", type);
	return NULL;
}

static const char *explain_type(const char *type)
{
	if (strstr(type, "-cert-v") != NULL)
		return "certificates are not accepted";
	if (strcmp(type, "ssh-dss") == 0)
		return "DSA keys are not accepted";
	return "unsupported key type";
}

static const char *parse_full(const char *type, const char *base64, struct public_key *out)
{
	uint8_t blob[BLOB_MAX];
	const char *why;
	size_t len;

	if (!key_type_known(type))
		return explain_type(type);
	if (base64 == NULL)
		return "the key data is missing";
	if (strlen(base64) >= sizeof out->base64)
		return "the key data is too long";
	if (base64_decode(base64, BASE64_PADDED, blob, sizeof blob, &len) != 0)
		return "the key data is not base64";
	why = key_read_blob(type, blob, len, out);
	if (why != NULL)
		return why;
	snprintf(out->base64, sizeof out->base64, "%s", base64);
	return NULL;
}

static const char *parse_fingerprint(const char *word, const char *base64,
				     struct public_key *out)
{
	size_t len;

	if (base64 != NULL)
		return "key data follows a fingerprint";
	if (base64_decode(word + sizeof fingerprint_mark - 1, BASE64_BARE, out->digest,
			  sizeof out->digest, &len) != 0 ||
	    len != sizeof out->digest)
		return "a SHA256 fingerprint has 43 characters of base64";
	return NULL;
}

int key_parse(const char *type_or_fingerprint, const char *base64, struct public_key *out,
	      const char **why)
{
	const char *wrong;

	memset(out, 0, sizeof *out);
	if (key_is_fingerprint(type_or_fingerprint))
		wrong = parse_fingerprint(type_or_fingerprint, base64, out);
	else
		wrong = parse_full(type_or_fingerprint, base64, out);
	if (wrong == NULL)
		return 0;
	memset(out, 0, sizeof *out);
	if (why != NULL)
		*why = wrong;
	return -1;
}

bool key_same(const struct public_key *a, const struct public_key *b)
{
	return memcmp(a->digest, b->digest, sizeof a->digest) == 0;
}

const char *key_fingerprint(const uint8_t digest[KEY_DIGEST_SIZE],
			    char buf[KEY_FINGERPRINT_TEXT_MAX])
{
	memcpy(buf, fingerprint_mark, sizeof fingerprint_mark);
	base64_encode_bare(digest, KEY_DIGEST_SIZE, buf + sizeof fingerprint_mark - 1);
	return buf;
}
