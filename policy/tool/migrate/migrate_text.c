/* SPDX-License-Identifier: ISC */
#include "policy/tool/migrate/migrate_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/value.h"
#include "policy/tool/base/grow.h"

enum { KEYWORD_WIDTH = 12 };

static void put_word(FILE *out, const char *keyword, const char *value)
{
	if (value[0] != '\0')
		fprintf(out, "%-*s %s\n", KEYWORD_WIDTH, keyword, value);
}

static void put_number(FILE *out, const char *keyword, unsigned value)
{
	if (value != 0)
		fprintf(out, "%-*s %u\n", KEYWORD_WIDTH, keyword, value);
}

static void put_networks(FILE *out, const char *keyword, const struct network_list *list)
{
	char text[PREFIX_TEXT_MAX];

	for (size_t i = 0; i < list->count; i++)
		put_word(out, keyword, ip_prefix_print(&list->list[i], text));
}

static void put_pair(FILE *out, const char *keyword, const struct address_pair *pair)
{
	char local[ADDRESS_TEXT_MAX], remote[ADDRESS_TEXT_MAX];

	if (pair->local.family != AF_UNSPEC)
		fprintf(out, "%-*s %s %s\n", KEYWORD_WIDTH, keyword,
			ip_addr_print(&pair->local, local),
			ip_addr_print(&pair->remote, remote));
}

static void put_agent(const struct migration *m, FILE *out)
{
	char text[PREFIX_TEXT_MAX];

	put_word(out, "Account", m->account);
	put_word(out, "Pppd", m->pppd);
	for (size_t i = 0; i < m->npools; i++)
		put_word(out, "Pool", ip_prefix_print(&m->pools[i], text));
}

static void put_peer(const struct made_peer *peer, FILE *out)
{
	char when[TIME_TEXT_MAX];

	if (peer->key == NULL)
		put_word(out, "Key", "none");
	else
		fprintf(out, "%-*s %s %s\n", KEYWORD_WIDTH, "Key", peer->key->type,
			peer->key->base64);
	put_networks(out, "From", &peer->from);
	/* What add-peer allows: sshroute sets the networks in Route, and nothing else. */
	put_word(out, "Allow", "pppd sshroute status");
	put_pair(out, "Address", &peer->address);
	put_pair(out, "Address6", &peer->address6);
	put_networks(out, "Route", &peer->routes);
	put_networks(out, "Offer", &peer->offers);
	put_number(out, "Mru", peer->mru);
	if (peer->expires != 0)
		put_word(out, "Expires", value_time_print(peer->expires, when));
	if (peer->legacy)
		put_word(out, "Legacy", "yes");
}

static void put_profile(const struct migration *m, const struct made_profile *profile,
			FILE *out)
{
	put_word(out, "Host", profile->host);
	put_number(out, "Port", profile->port);
	put_word(out, "Account", profile->account);
	put_word(out, "RunAs", m->run_as);
	put_word(out, "IdentityFile", profile->identity);
	put_pair(out, "Address", &profile->address);
	put_pair(out, "Address6", &profile->address6);
	if (profile->address.local.family == AF_UNSPEC &&
	    profile->address6.local.family == AF_UNSPEC)
		put_word(out, "Accept", "address");
	put_networks(out, "Accept", &profile->accept);
	put_networks(out, "Route", &profile->routes);
	put_word(out, "Interface", profile->interface);
	put_number(out, "Mru", profile->mru);
	for (size_t i = 0; i < profile->nusers; i++)
		put_word(out, "Users", profile->users[i]);
}

/* Another empty file; NULL when memory ran out. */
static struct made_file *begin(struct made_files *files, enum file_kind kind,
			       const char *directory, const char *name)
{
	struct made_file file = {.kind = kind}, *made;

	snprintf(file.path, sizeof file.path, "%s%s.conf", directory, name);
	if (!APPEND(files->list, files->count, files->size, &file))
		return NULL;
	made = &files->list[files->count - 1];
	if (memory_open(&made->text) != 0)
		return NULL;
	fputs("# Made by vpn-policy migrate. See policy.conf(5).\n", made->text.out);
	return made;
}

/* As whoever reads the file will read it. */
static int end(struct made_file *file, struct error *err)
{
	union parsed *parsed;
	int r;

	fputs("End\n", file->text.out);
	if (memory_close(&file->text) != 0)
		return error_sys(err, ENOMEM, "cannot make a file");
	parsed = malloc(sizeof *parsed);
	if (parsed == NULL)
		return error_sys(err, ENOMEM, "cannot make a file");
	r = parsed_read(file->kind, file->path, file->text.text, file->text.len, parsed,
			err);
	free(parsed);
	return r;
}

int migrate_text(const struct migration *m, struct made_files *out, struct error *err)
{
	struct made_file *file;

	*out = (struct made_files){.count = 0};
	if (m->remote) {
		file = begin(out, KIND_AGENT, "", "agent");
		if (file == NULL)
			return error_sys(err, ENOMEM, "cannot make a file");
		put_agent(m, file->text.out);
		if (end(file, err) != 0)
			return -1;
	}
	for (size_t i = 0; i < m->npeers; i++) {
		file = begin(out, KIND_PEER, "peers/", m->peers[i].name);
		if (file == NULL)
			return error_sys(err, ENOMEM, "cannot make a file");
		put_peer(&m->peers[i], file->text.out);
		if (end(file, err) != 0)
			return -1;
	}
	for (size_t i = 0; i < m->nprofiles; i++) {
		if (m->profiles[i].left_out)
			continue;
		file = begin(out, KIND_PROFILE, "connect/", m->profiles[i].name);
		if (file == NULL)
			return error_sys(err, ENOMEM, "cannot make a file");
		put_profile(m, &m->profiles[i], file->text.out);
		if (end(file, err) != 0)
			return -1;
	}
	return 0;
}

void made_files_free(struct made_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		if (files->list[i].text.out != NULL)
			fclose(files->list[i].text.out);
		memory_free(&files->list[i].text);
	}
	free(files->list);
	*files = (struct made_files){.count = 0};
}
