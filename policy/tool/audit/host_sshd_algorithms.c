/* SPDX-License-Identifier: ISC */
/* Whether sshd and a client can agree on algorithms. The lists are what OpenSSH's clients
 * from 8.4 to 10 offer by default: an sshd that has none of them cannot be reached by any
 * of these. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/tool/audit/host.h"
#include "policy/tool/audit/host_sshd.h"
#include "policy/tool/audit/sshd_text.h"

enum { TYPE_MAX = 128 };

static const char *const kex[] = {
    "mlkem768x25519-sha256",
    "sntrup761x25519-sha512",
    "sntrup761x25519-sha512@openssh.com",
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group14-sha256",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group18-sha512",
    NULL,
};

static const char *const ciphers[] = {
    "chacha20-poly1305@openssh.com",
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "aes128-ctr",
    "aes192-ctr",
    "aes256-ctr",
    NULL,
};

/* These need no MAC. */
static const char *const whole[] = {
    "chacha20-poly1305@openssh.com",
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    NULL,
};

static const char *const macs[] = {
    "umac-64-etm@openssh.com",
    "umac-128-etm@openssh.com",
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "hmac-sha1-etm@openssh.com",
    "umac-64@openssh.com",
    "umac-128@openssh.com",
    "hmac-sha2-256",
    "hmac-sha2-512",
    "hmac-sha1",
    NULL,
};

static bool has_one(const char *list, const char *const *known)
{
	for (; *known != NULL; known++)
		if (sshd_list_has(list, *known))
			return true;
	return false;
}

static void tell(struct host *host, const char *keyword, const char *value,
		 const char *what)
{
	host_find(host, RULE_SSHD_ALGORITHMS, PATH_SSHD_CONFIG, 0, "%s is %s: %s", keyword,
		  value, what);
}

static void judge(struct host *host, const struct sshd_settings *settings,
		  const char *keyword, const char *const *known)
{
	const char *value = sshd_setting(settings, keyword);

	if (value != NULL && !has_one(value, known))
		tell(host, keyword, value, "no client of today has one of them by itself");
}

/* The first word of the public half, which lies beside the key; false without one. */
static bool read_type(const struct host *host, const char *key, char type[TYPE_MAX])
{
	char path[PATH_TEXT_MAX];
	const int len = snprintf(path, sizeof path, "%s.pub", key);
	char *text = len >= (int)sizeof path ? NULL : host_read(host, path, NULL);
	size_t end;

	if (text == NULL)
		return false;
	end = strcspn(text, " \t\r\n");
	snprintf(type, TYPE_MAX, "%.*s", (int)(end < TYPE_MAX ? end : 0), text);
	free(text);
	return type[0] != '\0';
}

/* With a certificate, or a key whose type is not known, nothing can be said. */
static void judge_host_keys(struct host *host, const struct sshd_settings *settings)
{
	static const char keyword[] = "hostkeyalgorithms";
	const char *algorithms = sshd_setting(settings, keyword), *key;
	char type[TYPE_MAX];

	if (algorithms == NULL || sshd_setting(settings, "hostcertificate") != NULL)
		return;
	for (size_t at = 0; (key = sshd_next(settings, "hostkey", &at)) != NULL;) {
		/* sshd starts without a key that is missing. */
		if (!host_is_there(host, key))
			continue;
		if (!read_type(host, key, type) || sshd_list_has_type(algorithms, type))
			return;
	}
	tell(host, keyword, algorithms, "this host has a key for none of them");
}

void host_sshd_algorithms(struct host *host, const struct sshd_settings *settings)
{
	const char *chosen = sshd_setting(settings, "ciphers");

	judge(host, settings, "kexalgorithms", kex);
	judge(host, settings, "ciphers", ciphers);
	if (chosen == NULL || !has_one(chosen, whole))
		judge(host, settings, "macs", macs);
	judge_host_keys(host, settings);
}
