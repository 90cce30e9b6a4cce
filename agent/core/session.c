/* SPDX-License-Identifier: ISC */
#include "agent/core/session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/language/paths.h"
#include "policy/language/sha256.h"

enum {
	OFFSET_TEXT_MAX = 128,
	/* More than any process id: PID_MAX_LIMIT of a 64-bit kernel (proc_sys_kernel(5)).
	 */
	PIDS = 1 << 22,
};

/* Where the name's byte is: 62 bits of its SHA-256, so that two names do not meet. */
static off_t name_offset(const char *name)
{
	uint8_t digest[SHA256_SIZE];
	uint64_t offset = 0;

	sha256_digest(name, strlen(name), digest);
	for (size_t i = 0; i < sizeof offset; i++)
		offset = offset << 8 | digest[i];
	return (off_t)(offset >> 2);
}

static off_t slot_offset(const char *what, const struct peer *peer, unsigned slot)
{
	char name[OFFSET_TEXT_MAX];

	snprintf(name, sizeof name, "%s %s %u", what, peer->name, slot);
	return name_offset(name);
}

static off_t origin_offset(const struct peer *peer, unsigned slot,
			   const struct session_origin *origin)
{
	char name[OFFSET_TEXT_MAX], from[ADDRESS_TEXT_MAX];

	snprintf(name, sizeof name, "origin %s %u %s %u", peer->name, slot,
		 ip_addr_print(&origin->from, from), origin->port);
	return name_offset(name);
}

static int lock_byte(int fd, off_t offset)
{
	struct flock lock = {
	    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = offset, .l_len = 1};

	return fcntl(fd, F_OFD_SETLK, &lock);
}

/* Whether somebody holds it; what cannot be asked counts as held. */
static bool byte_held(int fd, off_t offset)
{
	struct flock lock = {
	    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = offset, .l_len = 1};

	return fcntl(fd, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

int session_open(gid_t account_gid, struct error *err)
{
	struct stat st;
	const int fd = open(PATH_SESSIONS, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return error_sys(err, errno,
				 "cannot open %s (systemd-tmpfiles --create makes it)",
				 PATH_SESSIONS);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1 ||
	    st.st_uid != 0 || st.st_gid != account_gid || (st.st_mode & 07777) != 0660) {
		close(fd);
		return error_set(
		    err, "%s must be a file of root and the account's group, mode 0660",
		    PATH_SESSIONS);
	}
	return fd;
}

static void fill(const struct peer *peer, unsigned slot, int fd, struct session *out)
{
	*out = (struct session){.slot = slot, .lock_fd = fd};
	peer_interface(peer, slot, out->interface);
}

int session_lock(int fd, const struct peer *peer, const struct session_origin *origin,
		 struct session *out, struct error *err)
{
	for (unsigned slot = 0; slot < peer->sessions; slot++) {
		if (lock_byte(fd, slot_offset("slot", peer, slot)) != 0) {
			if (errno == EAGAIN || errno == EACCES)
				continue;
			return error_sys(err, errno, "cannot lock a session");
		}
		if (lock_byte(fd, origin_offset(peer, slot, origin)) != 0 ||
		    lock_byte(fd, slot_offset("pid", peer, slot) + getpid()) != 0)
			return error_sys(err, errno,
					 "cannot lock a session's origin or process");
		/* From here on the program that is launched holds the session. */
		if (fcntl(fd, F_SETFD, 0) != 0)
			return error_sys(err, errno, "cannot hand on a session's lock");
		fill(peer, slot, fd, out);
		return 0;
	}
	return error_code(err, EAGAIN, "all %u sessions of %s are in use", peer->sessions,
			  peer->name);
}

unsigned session_slots(int fd, const struct peer *peer)
{
	unsigned held = 0;

	for (unsigned slot = 0; slot < peer->sessions; slot++)
		if (byte_held(fd, slot_offset("slot", peer, slot)))
			held |= 1u << slot;
	return held;
}

off_t session_offset(const struct peer *peer, unsigned slot)
{
	return slot_offset("slot", peer, slot);
}

pid_t session_pid(int fd, const struct peer *peer, unsigned slot)
{
	const off_t first = slot_offset("pid", peer, slot);
	struct flock lock = {
	    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = first, .l_len = PIDS};

	/* What is told of a lock in the range is where it is. */
	if (fcntl(fd, F_OFD_GETLK, &lock) != 0 || lock.l_type == F_UNLCK ||
	    lock.l_len != 1 || lock.l_start <= first || lock.l_start - first >= PIDS)
		return 0;
	return (pid_t)(lock.l_start - first);
}

int session_promise(const struct peer *peer, const struct session *session,
		    struct error *err)
{
	return lock_byte(session->lock_fd, slot_offset("challenge", peer, session->slot)) ==
		       0
		   ? 0
		   : error_sys(err, errno, "cannot say that a session heeds a challenge");
}

bool session_heeds(int fd, const struct peer *peer, unsigned slot)
{
	return byte_held(fd, slot_offset("challenge", peer, slot));
}

int session_find(int fd, const struct peer *peer, const struct session_origin *origin,
		 struct session *out, struct error *err)
{
	const unsigned held = session_slots(fd, peer);

	for (unsigned slot = 0; slot < peer->sessions; slot++) {
		if ((held & 1u << slot) != 0 &&
		    byte_held(fd, origin_offset(peer, slot, origin))) {
			fill(peer, slot, -1, out);
			return 0;
		}
	}
	if (held == 0)
		return error_code(err, ENOENT, "%s has no session", peer->name);
	if ((held & (held - 1)) != 0)
		return error_code(err, EAGAIN,
				  "%s has several sessions, but none by this connection",
				  peer->name);
	fill(peer, (unsigned)__builtin_ctz(held), -1, out);
	return 0;
}
