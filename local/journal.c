/* SPDX-License-Identifier: ISC */
#include "local/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "agent/base/descriptors.h"

#define JOURNAL_NEW  "journal.new"
#define BOOT_ID_FILE "/proc/sys/kernel/random/boot_id"

static int write_whole(int fd, const char *text, size_t len)
{
	return descriptors_write(fd, text, len) != 0 ? -1 : fdatasync(fd);
}

static int boot_id(char out[BOOT_ID_MAX])
{
	if (descriptors_read_text(BOOT_ID_FILE, out, BOOT_ID_MAX) < 0)
		return -1;
	out[strcspn(out, "\n")] = '\0';
	return 0;
}

/* What a journal begins with. */
struct beginning {
	const struct journal_entry *entries;
	size_t count;
};

/* The head and the first entries: whoever reads the journal finds all, or no journal. */
static int write_first(struct journal *journal, const struct beginning *first)
{
	static char text[JOURNAL_FILE_MAX];
	int at = snprintf(text, sizeof text, "sallyport-journal 1 %s\n", journal->boot);

	for (size_t i = 0; i < first->count; i++) {
		const int len =
		    journal_print(&first->entries[i], text + at, sizeof text - (size_t)at);

		if (len < 0 || journal->count == JOURNAL_ENTRIES_MAX) {
			errno = EINVAL;
			return -1;
		}
		at += len;
		journal->entries[journal->count++] = first->entries[i];
	}
	return write_whole(journal->fd, text, (size_t)at);
}

/* flags as for renameat2(2). */
static int make(int dir, unsigned flags, const struct beginning *first, struct journal *out,
		struct error *err)
{
	*out = (struct journal){.fd = -1};
	if (boot_id(out->boot) != 0)
		return error_sys(err, errno, "cannot read " BOOT_ID_FILE);
	/* Left by a run that died in the middle of this; the lock is ours. */
	unlinkat(dir, JOURNAL_NEW, 0);
	out->fd = openat(dir, JOURNAL_NEW,
			 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (out->fd < 0)
		return error_sys(err, errno, "cannot create the journal");
	if (write_first(out, first) != 0 ||
	    renameat2(dir, JOURNAL_NEW, dir, JOURNAL_FILE, flags) != 0) {
		error_sys(err, errno, "cannot write the journal");
		journal_close(out);
		unlinkat(dir, JOURNAL_NEW, 0);
		return -1;
	}
	return 0;
}

int journal_create(int dir, const struct journal_entry *first, struct journal *out,
		   struct error *err)
{
	return make(dir, RENAME_NOREPLACE, &(struct beginning){first, 1}, out, err);
}

int journal_replace(int dir, const struct journal_entry *entries, size_t count,
		    struct journal *out, struct error *err)
{
	return make(dir, 0, &(struct beginning){entries, count}, out, err);
}

/* Where a whole line ended last: a run that died may have left a part of one, which what
 * is added would go on. */
static int cut_unfinished(int fd)
{
	char last[JOURNAL_LINE_MAX];
	const off_t size = lseek(fd, 0, SEEK_END);
	const off_t from = size > (off_t)sizeof last ? size - (off_t)sizeof last : 0;
	ssize_t left = size < 0 ? -1 : pread(fd, last, (size_t)(size - from), from);

	if (left < 0)
		return -1;
	while (left > 0 && last[left - 1] != '\n')
		left--;
	return from + left == size ? 0 : ftruncate(fd, from + left);
}

int journal_reopen(int dir, struct journal *journal, struct error *err)
{
	journal->fd = openat(dir, JOURNAL_FILE, O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
	if (journal->fd >= 0 && cut_unfinished(journal->fd) == 0)
		return 0;
	error_sys(err, errno, "cannot open the journal");
	journal_close(journal);
	return -1;
}

int journal_continue(int dir, struct journal *out, struct error *err)
{
	return journal_read(dir, out, err) == 0 ? journal_reopen(dir, out, err) : -1;
}

int journal_add(struct journal *journal, const struct journal_entry *entry,
		struct error *err)
{
	char line[JOURNAL_LINE_MAX];
	const int len = journal_print(entry, line, sizeof line);
	off_t end;

	if (len < 0 || journal->count == JOURNAL_ENTRIES_MAX)
		return error_set(err, "the journal is full");
	/* Kept in memory even if the disk fails: undoing too much does no harm. */
	journal->entries[journal->count++] = *entry;
	end = lseek(journal->fd, 0, SEEK_END);
	if (write_whole(journal->fd, line, (size_t)len) == 0)
		return 0;
	error_sys(err, errno, "cannot write the journal");
	/* A part of a line, to which another may be added once the disk has room. */
	if (end >= 0 && ftruncate(journal->fd, end) != 0)
		error_sys(err, errno, "cannot take back a part of a line of the journal");
	return -1;
}

/* On a file system that no boot leaves anything on. */
static bool in_memory(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 &&
	       (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC);
}

int journal_read(int dir, struct journal *out, struct error *err)
{
	static char text[JOURNAL_FILE_MAX];
	bool memory;
	ssize_t len;
	int fd;

	*out = (struct journal){.fd = -1};
	fd = openat(dir, JOURNAL_FILE, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return error_sys(err, errno, "cannot open the journal");
	len = descriptors_read(fd, text, sizeof text);
	memory = len >= 0 && in_memory(fd);
	close(fd);
	if (len < 0)
		return error_sys(err, errno, "cannot read the journal");
	if ((size_t)len == sizeof text)
		return error_set(err, "the journal is too long");
	if (journal_parse(text, (size_t)len, out, err) != 0)
		return -1;
	out->in_memory = memory;
	return 0;
}

int journal_remove(int dir, struct error *err)
{
	if (unlinkat(dir, JOURNAL_FILE, 0) != 0 && errno != ENOENT)
		return error_sys(err, errno, "cannot remove the journal");
	return 0;
}

void journal_close(struct journal *journal)
{
	if (journal->fd >= 0)
		close(journal->fd);
	journal->fd = -1;
}

int journal_open_supervisor(const struct journal *journal, struct process *out,
			    struct error *err)
{
	const struct journal_entry *entry = journal_find(journal, JOURNAL_SUPERVISOR);

	return entry == NULL ? error_code(err, ESRCH, "there is no supervisor")
			     : process_open(entry->pid, entry->start, out, err);
}

bool journal_supervisor_lives(const struct journal *journal)
{
	struct process process;
	struct error err;
	bool ended;

	if (journal_open_supervisor(journal, &process, &err) != 0)
		return false;
	/* It keeps its number until its parent, in a container any program, collects it. */
	ended = process_reap(&process);
	process_close(&process);
	return !ended;
}

bool journal_is_current(const struct journal *journal)
{
	char now[BOOT_ID_MAX];

	/* When in doubt it is current: each thing is checked before it is undone. */
	if (journal->in_memory || boot_id(now) != 0 || strcmp(now, journal->boot) == 0)
		return true;
	/* In a container with a boot_id of its own, mounted over the kernel's, a service
	 * with ProtectKernelTunables sees the kernel's. */
	return journal_supervisor_lives(journal);
}

bool journal_held_is_ours(const struct journal *journal, const struct journal_entry *held)
{
	const struct journal_entry *const end = journal->entries + journal->count;

	for (const struct journal_entry *later = held + 1; later < end; later++)
		if (later->kind == JOURNAL_HELD &&
		    ip_prefix_compare(&later->held.prefix, &held->held.prefix) == 0)
			return false;
	return true;
}

bool journal_kind_is_held(enum journal_kind kind)
{
	return kind == JOURNAL_HELD || kind == JOURNAL_FILTER || kind == JOURNAL_TABLE;
}

bool journal_holds(const struct journal *journal)
{
	for (size_t i = 0; i < journal->count; i++)
		if (journal_kind_is_held(journal->entries[i].kind))
			return true;
	return false;
}

const struct journal_entry *journal_find(const struct journal *journal,
					 enum journal_kind kind)
{
	for (size_t i = journal->count; i > 0; i--)
		if (journal->entries[i - 1].kind == kind)
			return &journal->entries[i - 1];
	return NULL;
}

const char *journal_gateway(const struct journal *journal)
{
	const struct journal_entry *entry = journal_find(journal, JOURNAL_GATEWAY);

	return entry != NULL && entry->text != NULL ? entry->text : journal->gateway;
}

const struct journal_entry *journal_hook_due(const struct journal *journal,
					     const char **path, const char **account)
{
	const struct journal_entry *const due = journal_find(journal, JOURNAL_HOOK_DOWN);

	if (due == NULL || journal_find(journal, JOURNAL_HOOK_RAN) != NULL)
		return NULL;
	*path = due->text != NULL ? due->text : journal->hook_path;
	*account = due->account != NULL ? due->account : journal->hook_account;
	return due;
}
