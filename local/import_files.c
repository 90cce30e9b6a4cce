/* SPDX-License-Identifier: ISC */
#include "local/import_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/replace.h"
#include "policy/language/load.h"
#include "policy/language/parsed.h"
#include "policy/language/trusted.h"
#include "policy/language/value.h"

enum {
	HOST_KEYS_FILE,
	CONFIG_FILE,
	PROFILE_FILE,
	PUBLIC_MODE = S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH,
	PROFILE_MODE = S_IRUSR | S_IWUSR | S_IRGRP,
	DIRECTORY_MODE = 0755,
};

static const char head[] = "# Made by vpn-connect import.\n";

/* What the host is called in known_hosts, by whatever name and address it is reached. */
static void print_alias(const struct import *import, FILE *out)
{
	fprintf(out, "sallyport-%s", import->name);
}

static void print_host_keys(const struct import *import, FILE *out)
{
	const struct invitation *in = &import->invitation;

	for (size_t i = 0; i < in->nhost_keys; i++) {
		print_alias(import, out);
		fprintf(out, " %s %s\n", in->host_keys[i].key.type,
			in->host_keys[i].key.base64);
	}
}

/* Nothing but those keys will do, and none is learnt. */
static void print_config(const struct import *import, FILE *out)
{
	fputs(head, out);
	fputs("Host *\n\tHostKeyAlias ", out);
	print_alias(import, out);
	fprintf(out,
		"\n\tUserKnownHostsFile %s\n"
		"\tGlobalKnownHostsFile /dev/null\n"
		"\tStrictHostKeyChecking yes\n"
		"\tVerifyHostKeyDNS no\n"
		"\tUpdateHostKeys no\n"
		"\tCheckHostIP no\n",
		import->files[HOST_KEYS_FILE].path);
}

static void print_pair(const char *keyword, const struct address_pair *pair, FILE *out)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	if (pair->local.family != AF_UNSPEC)
		fprintf(out, "%s %s %s\n", keyword, ip_addr_print(&pair->local, local),
			ip_addr_print(&pair->remote, remote));
}

/* "sp-" and the name, which need not fit into an interface's. */
static void print_interface(const char *name, FILE *out)
{
	static const char prefix[] = "sp-";
	const int room = IFNAME_MAX_LEN - (int)strlen(prefix);

	if (strlen(name) > (size_t)room)
		fprintf(out, "Interface %s%.*s\n", prefix, room, name);
}

static void print_profile(const struct import *import, FILE *out)
{
	const struct invitation *in = &import->invitation;
	char prefix[PREFIX_TEXT_MAX];

	fprintf(out, "# Made by vpn-connect import, for the peer %s. See policy.conf(5).\n",
		in->peer);
	fprintf(out, "Host %s\n", in->hosts[0].name);
	if (in->port != 0)
		fprintf(out, "Port %u\n", in->port);
	fprintf(out, "Account %s\nRunAs %s\nIdentityFile %s\nSshConfig %s\n", in->account,
		import->account.name, import->identity, import->files[CONFIG_FILE].path);
	print_pair("Address", &in->address, out);
	print_pair("Address6", &in->address6, out);
	for (size_t i = 0; i < in->noffers; i++)
		fprintf(out, "Accept %s\n", ip_prefix_print(&in->offers[i].prefix, prefix));
	print_interface(import->name, out);
	fputs("End\n", out);
}

static int make_file(struct import *import, size_t which,
		     void (*print)(const struct import *, FILE *), struct error *err)
{
	struct import_file *file = &import->files[which];
	FILE *out = open_memstream(&file->text, &file->len);
	bool failed;

	if (out == NULL)
		return error_sys(err, errno, "cannot make a file");
	print(import, out);
	failed = ferror(out) != 0;
	return fclose(out) == 0 && !failed ? 0
					   : error_sys(err, ENOMEM, "cannot make a file");
}

static int check_offers(const struct invitation *in, struct error *err)
{
	char text[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < in->noffers; i++) {
		const struct ip_prefix *prefix = &in->offers[i].prefix;

		if (prefix->len < (prefix->addr.family == AF_INET ? IMPORT_OFFER_LEN_MIN
								  : IMPORT_OFFER6_LEN_MIN))
			return error_set(err,
					 "the invitation wants the packets for %s: that is "
					 "more than an import takes: write the profile by "
					 "hand if it is meant",
					 ip_prefix_print(prefix, text));
	}
	return 0;
}

static int make_paths(struct import *import, struct error *err)
{
	const char *why;
	const int len =
	    snprintf(import->identity, sizeof import->identity, "%s/.ssh/id_sallyport_%s",
		     import->account.home, import->name);

	if (len < 0 || (size_t)len >= sizeof import->identity ||
	    value_path(import->identity, &why) != 0)
		return error_set(err, "the home directory of %s cannot be used for a key",
				 import->account.name);
	snprintf(import->files[HOST_KEYS_FILE].path, POLICY_PATH_MAX,
		 PATH_IMPORT_DIR "/%s.known_hosts", import->name);
	snprintf(import->files[CONFIG_FILE].path, POLICY_PATH_MAX,
		 PATH_IMPORT_DIR "/%s.conf", import->name);
	return policy_path(PATH_PROFILES_DIR, import->name,
			   import->files[PROFILE_FILE].path, err);
}

int import_make(struct import *import, struct error *err)
{
	static union parsed parsed;
	const struct import_file *profile = &import->files[PROFILE_FILE];

	if (check_offers(&import->invitation, err) != 0 || make_paths(import, err) != 0 ||
	    make_file(import, HOST_KEYS_FILE, print_host_keys, err) != 0 ||
	    make_file(import, CONFIG_FILE, print_config, err) != 0 ||
	    make_file(import, PROFILE_FILE, print_profile, err) != 0)
		return -1;
	/* As `up` will read it. */
	return parsed_read(KIND_PROFILE, profile->path, profile->text, profile->len,
			   &parsed, err);
}

void import_free(struct import *import)
{
	for (size_t i = 0; i < IMPORT_FILES; i++)
		free(import->files[i].text);
	memset(import->files, 0, sizeof import->files);
}

static int look_at(struct import_file *file, struct error *err)
{
	const char *text;
	size_t len;

	file->there = false;
	if (policy_read(file->path, TRUST_ROOT, &text, &len, err) != 0)
		return err->sys == ENOENT ? 0 : -1;
	if (len != file->len || memcmp(text, file->text, len) != 0)
		return error_file(err, file->path, 0,
				  "is there already and says something else: choose "
				  "another name (--name), or remove it first");
	file->there = true;
	return 0;
}

int import_look(struct import *import, struct error *err)
{
	for (size_t i = 0; i < IMPORT_FILES; i++)
		if (look_at(&import->files[i], err) != 0)
			return -1;
	return 0;
}

bool import_is_there(const struct import *import)
{
	for (size_t i = 0; i < IMPORT_FILES; i++)
		if (!import->files[i].there)
			return false;
	return true;
}

static int make_directory(struct error *err)
{
	int fd;

	if (mkdir(PATH_IMPORT_DIR, DIRECTORY_MODE) == 0) {
		/* Whatever the caller's umask is: the account has to read what is in it. */
		if (chmod(PATH_IMPORT_DIR, DIRECTORY_MODE) != 0)
			return error_file(err, PATH_IMPORT_DIR, errno, "cannot make it");
	} else if (errno != EEXIST) {
		return error_file(err, PATH_IMPORT_DIR, errno, "cannot make it");
	}
	fd = trusted_open_dir(PATH_IMPORT_DIR, err);
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

static int write_file(struct import_file *file, mode_t mode, struct error *err)
{
	struct stat like;
	int there;

	if (file->there)
		return 0;
	there = replace_look_own(file->path, TRUST_ROOT, &like, err);
	if (there < 0)
		return -1;
	/* Somebody else has been quicker. */
	if (there > 0)
		return error_file(err, file->path, EEXIST, "cannot write it");
	like = (struct stat){.st_uid = 0, .st_gid = 0, .st_mode = mode};
	if (replace_put(file->path, file->text, file->len, &like, err) != 0)
		return -1;
	file->made = true;
	return 0;
}

int import_write(struct import *import, struct error *err)
{
	if (make_directory(err) != 0)
		return -1;
	for (size_t i = 0; i < IMPORT_FILES; i++) {
		if (write_file(&import->files[i],
			       i == PROFILE_FILE ? PROFILE_MODE : PUBLIC_MODE, err) == 0)
			continue;
		import_undo(import);
		return -1;
	}
	return 0;
}

void import_undo(struct import *import)
{
	for (size_t i = IMPORT_FILES; i-- > 0;) {
		if (import->files[i].made)
			unlink(import->files[i].path);
		import->files[i].made = false;
	}
	/* Only when nothing is in it. */
	(void)rmdir(PATH_IMPORT_DIR);
}
