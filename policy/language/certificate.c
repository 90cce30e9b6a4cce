/* SPDX-License-Identifier: ISC */
#include "policy/language/certificate.h"

#include <stdio.h>
#include <string.h>

#include "policy/language/base64.h"
#include "policy/language/blob.h"
#include "policy/language/sha256.h"

enum {
	BLOB_MAX = CERTIFICATE_BASE64_MAX / 4 * 3,
	/* of PROTOCOL.certkeys: what the certificate is of */
	OF_A_USER = 1,
	OF_A_HOST = 2,
};

static const char mark[] = "-cert-v01@openssh.com", vendor[] = "@openssh.com",
		  damaged[] = "the certificate is damaged";

/* The type of the key in a certificate of the type; NULL when it is not one. */
static const char *key_type(const char *type, char plain[KEY_TYPE_MAX])
{
	const char *at = strstr(type, mark);
	const bool ours = strncmp(type, "sk-", 3) == 0;

	if (at == NULL || strcmp(at, mark) != 0 ||
	    snprintf(plain, KEY_TYPE_MAX, "%.*s%s", (int)(at - type), type,
		     ours ? vendor : "") >= KEY_TYPE_MAX)
		return NULL;
	return key_type_known(plain) ? plain : NULL;
}

bool certificate_type_known(const char *type)
{
	char plain[KEY_TYPE_MAX];

	return strlen(type) < KEY_TYPE_MAX && key_type(type, plain) != NULL;
}

/* How many strings a key of the type is made of, beside its type. */
static unsigned key_strings(const char *plain)
{
	const bool sk = strncmp(plain, "sk-", 3) == 0;
	const bool one = strstr(plain, "ssh-ed25519") != NULL;

	return (one ? 1U : 2U) + (sk ? 1U : 0U);
}

/*
 * The key as it would be without a certificate: its type, and its strings. What is large is
 * static, here and below: the agent's parser has no memory to grow its stack into.
 */
static const char *take_key(struct blob *c, const char *plain,
			    uint8_t digest[KEY_DIGEST_SIZE])
{
	const size_t name = strlen(plain), head = 4 + name;
	const uint8_t *start = c->at;
	static struct public_key key;
	static uint8_t whole[BLOB_MAX];
	const char *why;
	size_t len;

	for (unsigned i = 0; i < key_strings(plain); i++)
		(void)blob_string(c, &len);
	len = (size_t)(c->at - start);
	if (c->bad || head + len > sizeof whole)
		return damaged;
	memcpy(whole, (const uint8_t[4]){0, 0, 0, (uint8_t)name}, 4);
	/* Its NUL is where the strings begin. */
	snprintf((char *)whole + 4, sizeof whole - 4, "%s", plain);
	memcpy(whole + head, start, len);
	why = key_read_blob(plain, whole, head + len, &key);
	if (why == NULL)
		memcpy(digest, key.digest, KEY_DIGEST_SIZE);
	return why;
}

/* A string that holds strings; exactly one is taken. */
static const char *take_principal(struct blob *c, char name[NAME_MAX_LEN + 1])
{
	struct blob list = {0};
	const uint8_t *text;
	size_t len;

	list.at = blob_string(c, &list.left);
	if (c->bad)
		return damaged;
	if (list.left == 0)
		return "the certificate has no principal: expected one, the peer's name";
	text = blob_string(&list, &len);
	if (text == NULL)
		return damaged;
	if (list.left > 0)
		return "the certificate has several principals: expected one, the peer's "
		       "name";
	if (len > NAME_MAX_LEN || memchr(text, '\0', len) != NULL)
		return "the certificate's principal is not the name of a peer";
	memcpy(name, text, len);
	name[len] = '\0';
	return policy_name_valid(name)
		   ? NULL
		   : "the certificate's principal is not the name of a peer";
}

/* Critical options and extensions are for sshd, which refuses what it does not know. */
static const char *take_end(struct blob *c, struct certificate *out)
{
	const uint8_t *authority;
	size_t len, skipped;

	(void)blob_string(c, &skipped); /* critical options */
	(void)blob_string(c, &skipped); /* extensions */
	(void)blob_string(c, &skipped); /* reserved */
	authority = blob_string(c, &len);
	(void)blob_string(c, &skipped); /* signature */
	if (c->bad || c->left > 0)
		return damaged;
	sha256_digest(authority, len, out->authority);
	return NULL;
}

static const char *take(struct blob *c, const char *type, struct certificate *out)
{
	char plain[KEY_TYPE_MAX];
	const uint8_t *name;
	const char *why;
	size_t len;
	uint32_t of;

	if (key_type(type, plain) == NULL)
		return "not the type of a certificate";
	name = blob_string(c, &len);
	if (name == NULL || len != strlen(type) || memcmp(name, type, len) != 0)
		return "the certificate is of another type than the word before it";
	(void)blob_string(c, &len); /* nonce */
	why = take_key(c, plain, out->key);
	if (why != NULL)
		return why;
	out->serial = blob_u64(c);
	of = blob_u32(c);
	(void)blob_string(c, &len); /* key id: anything that the authority writes */
	if (!c->bad && of != OF_A_USER)
		return of == OF_A_HOST ? "a host's certificate: expected a user's"
				       : damaged;
	why = take_principal(c, out->principal);
	if (why != NULL)
		return why;
	out->begins = blob_u64(c);
	out->expires = blob_u64(c);
	return take_end(c, out);
}

int certificate_parse(const char *type, const char *base64, struct certificate *out,
		      const char **why)
{
	static uint8_t bytes[BLOB_MAX];
	struct blob blob = {.at = bytes};
	const char *wrong;

	memset(out, 0, sizeof *out);
	if (!certificate_type_known(type))
		wrong = "not the type of a certificate";
	else if (strlen(base64) >= CERTIFICATE_BASE64_MAX)
		wrong = "the certificate is too long";
	else if (base64_decode(base64, BASE64_PADDED, bytes, sizeof bytes, &blob.left) != 0)
		wrong = "the certificate is not base64";
	else
		wrong = take(&blob, type, out);
	if (wrong == NULL)
		return 0;
	memset(out, 0, sizeof *out);
	if (why != NULL)
		*why = wrong;
	return -1;
}
