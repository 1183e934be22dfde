// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The bytes of an input file: read into memory when they are needed, not mapped, because whoever
 * truncated a mapped file meanwhile would end the run without a word (SIGBUS).
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <klp/infile.h>

#include "internal.h"

void elf_release_file(void *arg)
{
	struct elf_reader *r = arg;

	if (r->memory)
		munmap(r->memory, r->size);
	r->memory = NULL;
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

bool elf_in_file(const struct elf_reader *r, uint64_t offset, uint64_t size)
{
	return offset <= r->size && size <= r->size - offset;
}

int elf_fetch(struct elf_reader *r, uint64_t offset, uint64_t size)
{
	while (size && r->fd >= 0) {
		ssize_t got = pread(r->fd, r->memory + offset, size, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return refuse(r, "cannot-open", "cannot be read: %s", strerror(errno));
		if (!got)
			return refuse(r, "input-changed",
				      "it was cut short while it was read: run klp again when "
				      "nothing else changes it");
		offset += (uint64_t)got;
		size -= (uint64_t)got;
	}
	return 0;
}

/* Read from both files: in memory, relocations are sorted. */
static bool hold_same(int a, int b)
{
	uint8_t x[1 << 14], y[sizeof(x)];
	struct stat st, other;
	ssize_t got;

	if (fstat(a, &st) || fstat(b, &other) || !S_ISREG(other.st_mode) ||
	    st.st_size != other.st_size)
		return false;
	for (off_t at = 0; at < st.st_size; at += got) {
		got = pread(a, x, sizeof(x), at);
		if (got <= 0 || pread(b, y, (size_t)got, at) != got ||
		    memcmp(x, y, (size_t)got) != 0)
			return false;
	}
	return true;
}

struct elf *elf_open_same(const struct elf *like, const char *path)
{
	int a = open(like->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int b = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct elf *elf = NULL;

	if (a >= 0 && b >= 0 && hold_same(a, b)) {
		elf = arena_alloc(like->arena, sizeof(*elf));
		*elf = *like;
		elf->path = arena_strdup(like->arena, path);
		infile_note(like->arena, elf->path, b);
	}
	if (a >= 0)
		close(a);
	if (b >= 0)
		close(b);
	return elf;
}

/* Only its beginning is read at first, which says what it is. */
int elf_open_file(struct elf_reader *r)
{
	const char *path = r->elf->path;
	struct stat st;
	void *memory;

	/* Not blocking: a FIFO is refused below instead of waited for. */
	r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (r->fd < 0)
		return refuse(r, "cannot-open", "cannot be opened: %s", strerror(errno));
	if (fstat(r->fd, &st))
		return refuse(r, "cannot-open", "cannot be examined: %s", strerror(errno));
	if (S_ISDIR(st.st_mode))
		return refuse(r, "not-elf", "is a directory, not an ELF object");
	if (!S_ISREG(st.st_mode))
		return refuse(r, "not-elf", "is not a regular file");
	if (!st.st_size)
		return refuse(r, "not-elf", "is empty: not an ELF object");

	memory = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		      -1, 0);
	if (memory == MAP_FAILED)
		arena_fail(r->elf->arena);
	r->memory = memory;
	r->image = memory;
	r->size = (uint64_t)st.st_size;
	infile_note(r->elf->arena, path, r->fd);
	return elf_fetch(r, 0, r->size < sizeof(Elf64_Ehdr) ? r->size : sizeof(Elf64_Ehdr));
}
