/* SPDX-License-Identifier: ISC */
#include "policy/tool/base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { MEMORY_FIRST = 256 };

/* Room for len more bytes and a NUL. */
static int make_room(struct memory *memory, size_t len)
{
	size_t size = memory->size == 0 ? MEMORY_FIRST : memory->size;
	char *grown;

	while (size - memory->len <= len)
		size *= 2;
	if (size == memory->size)
		return 0;
	grown = realloc(memory->text, size);
	if (grown == NULL)
		return -1;
	memory->text = grown;
	memory->size = size;
	return 0;
}

static ssize_t take(void *cookie, const char *bytes, size_t len)
{
	struct memory *memory = cookie;

	/* After a gap, the rest is of no use. */
	if (memory->lost || make_room(memory, len) != 0) {
		memory->lost = true;
		return 0;
	}
	memcpy(memory->text + memory->len, bytes, len);
	memory->len += len;
	memory->text[memory->len] = '\0';
	return (ssize_t)len;
}

int memory_open(struct memory *memory)
{
	*memory = (struct memory){.out = NULL};
	memory->out = fopencookie(memory, "w", (cookie_io_functions_t){.write = take});
	if (memory->out != NULL && make_room(memory, 0) == 0) {
		memory->text[0] = '\0';
		return 0;
	}
	if (memory->out != NULL)
		fclose(memory->out);
	memory->out = NULL;
	return -1;
}

int memory_close(struct memory *memory)
{
	const int r = fclose(memory->out);

	memory->out = NULL;
	return r != 0 || memory->lost ? -1 : 0;
}

void memory_free(struct memory *memory)
{
	free(memory->text);
	*memory = (struct memory){.out = NULL};
}
