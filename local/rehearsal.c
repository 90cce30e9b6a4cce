/* SPDX-License-Identifier: ISC */
/* vpn-connect up --dry-run. */
#include "local/endpoints.h"
#include "local/rehearsal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "local/command.h"
#include "local/nft.h"
#include "local/ppp_program.h"
#include "local/undo.h"

void rehearsal_tell(const char *verb, const char *fmt, ...)
{
	va_list args;

	printf("  %-8s ", verb);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
}

void rehearsal_note(struct rehearsal *show, enum journal_kind kind, const char *fmt, ...)
{
	struct rehearsal_made *made = &show->made[show->nmade];
	va_list args;

	if (show->nmade == REHEARSAL_MADE_MAX)
		return;
	made->kind = kind;
	va_start(args, fmt);
	vsnprintf(made->name, sizeof made->name, fmt, args);
	va_end(args);
	show->nmade++;
}

static bool is_plain(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_=+,.:/@%";

	return word[0] != '\0' && word[strspn(word, plain)] == '\0';
}

/* Inside of single quotes only they are special; what is not printable is shown as such. */
static void print_word(const char *word)
{
	if (is_plain(word)) {
		fputs(word, stdout);
		return;
	}
	putchar('\'');
	for (const char *at = word; *at != '\0'; at++)
		if (*at == '\'')
			fputs("'\\''", stdout);
		else if (*at < ' ' || *at > '~')
			printf("\\x%02x", (unsigned char)*at);
		else
			putchar(*at);
	putchar('\'');
}

void rehearsal_print_words(char *const *argv, char *const *other)
{
	for (size_t i = 0; argv[i] != NULL; i++) {
		const bool known = other[i] != NULL && strcmp(argv[i], other[i]) == 0;

		if (i > 0)
			putchar(' ');
		print_word(known ? argv[i] : REHEARSAL_UNKNOWN);
		/* The rest cannot be compared. */
		if (other[i] == NULL)
			break;
	}
	putchar('\n');
}

/* Last thing first, as undo_all() does it. */
static void tell_undoing(const struct rehearsal *show)
{
	printf("vpn-connect down %s, in this order:\n", show->profile->name);
	for (size_t i = show->nmade; i > 0; i--) {
		const struct rehearsal_made *made = &show->made[i - 1];
		const char *words = undo_describe(made->kind);

		if (words != NULL)
			rehearsal_tell("undo", "%s: %s", made->name, words);
	}
	rehearsal_tell("undo", "%s: remove it, with the lock and the journal",
		       show->state.path);
}

static int find_engines(struct rehearsal *show)
{
	enum ppp_engine without, with;

	if (ppp_foresee(show->profile, false, &without, &show->failure) != 0 ||
	    ppp_foresee(show->profile, true, &with, &show->failure) != 0)
		return -1;
	show->engines[show->nengines++] = with;
	if (without != with)
		show->engines[show->nengines++] = without;
	return 0;
}

static int find_account(struct rehearsal *show)
{
	const struct profile *const profile = show->profile;
	struct error err;

	if (run_as_find(profile->run_as, &show->account, &err) != 0)
		return err.sys != 0
			   ? failure_from(&show->failure, EXIT_SYSTEM, &err)
			   : failure_set(&show->failure, EXIT_POLICY, "%s:%u: %s",
					 profile->file, profile->run_as_line, err.text);
	if (run_as_environment(&show->account, getenv("SSH_AUTH_SOCK"), &show->env, &err) !=
		0 ||
	    state_path(profile->name, &show->state, &err) != 0 ||
	    state_control_path(&show->state, show->control, sizeof show->control, &err) !=
		0 ||
	    surroundings_read(&show->around, &err) != 0)
		return failure_from(&show->failure, EXIT_SYSTEM, &err);
	/* Only for what its ssh_config makes of the way: an answer is not needed. */
	(void)ssh_view_find(profile, profile->hosts[0].name, &show->account, &show->env,
			    &show->view, &err);
	return 0;
}

static int find_filter(struct rehearsal *show)
{
	struct error err;

	return (show->profile->kill_switch || show->profile->clamp_mss) &&
		       nft_check(&err) != 0
		   ? failure_from(&show->failure, EXIT_SYSTEM, &err)
		   : 0;
}

/* With the profile's own routes. One that cannot be is told when it is its turn. */
static int choose(struct rehearsal *show, unsigned which)
{
	const struct endpoints nowhere = {.count = 0};
	const struct surroundings nothing = {.endpoints = &nowhere};
	struct choice *choice = &show->choice[which];
	struct failure ignored;
	struct ready ready;

	if (foresee_addresses(show->profile, which, choice, &show->failure) != 0)
		return -1;
	foresee_ready(show->profile, which, &ready);
	ready.noffers = 0;
	(void)choose_routes(show->profile, &ready, &nothing, choice, &ignored);
	return 0;
}

static int find_choice(struct rehearsal *show)
{
	show->around.endpoints = &show->endpoints;
	endpoints_add_literal(&show->endpoints, show->profile->hosts[0].name);
	for (unsigned i = 0; i < FORESIGHTS; i++)
		if (choose(show, i) != 0)
			return -1;
	return 0;
}

/* What is there already; true when `up` would not begin anew. */
static bool tell_begun(const struct rehearsal *show)
{
	static struct journal journal;
	struct state state;
	struct error err;
	const bool found = state_open(show->profile->name, false, &state, &err) == 0 &&
			   journal_read(state.dir, &journal, &err) == 0;

	state_close(&state);
	if (!found)
		return false;
	if (journal_supervisor_lives(&journal)) {
		printf("%s: a supervisor is at work already: up would only wait for what "
		       "comes of it\n",
		       show->profile->name);
		return true;
	}
	rehearsal_tell("undo", "what a run that died has left, by %s/" JOURNAL_FILE,
		       show->state.path);
	return false;
}

enum exit_code command_rehearse(const struct profile *profile,
				const struct command_options *options)
{
	static struct rehearsal show;
	enum exit_code code = EXIT_DONE;
	bool told;

	show = (struct rehearsal){.profile = profile, .foreground = options->foreground};
	told = find_filter(&show) == 0 && find_engines(&show) == 0 &&
	       find_account(&show) == 0 && find_choice(&show) == 0;
	if (told && !tell_begun(&show)) {
		printf("%s: nothing is changed, and nobody is connected to. "
		       "vpn-connect up %s, in this order:\n",
		       profile->name, profile->name);
		told = tunnel_rehearse(&show) == 0;
		if (told)
			tell_undoing(&show);
	}
	if (!told)
		code = command_fail(show.failure.code, "%s is not up: %s", profile->name,
				    show.failure.text);
	surroundings_free(&show.around);
	return code;
}
