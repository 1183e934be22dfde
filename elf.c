// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ELF reader: an object or a linked kernel as sections, symbols and relocations.  Each part
 * of the file is read and checked once, by a file of elf/; what comes of it is
 * consistent, and nothing checks it again (include/klp/elf.h says what holds).
 */
#include <string.h>
#include <unistd.h>

#include <klp/text.h>
#include <klp/unpack.h>

#include "elf/internal.h"

static int read_elf(struct elf_reader *r, enum elf_want want)
{
	int err;

	err = r->image ? 0 : elf_open_file(r);
	err = err ?: elf_read_header(r, want);
	err = err ?: elf_read_sections(r);
	/* Names and extents of sections hold from here on. */
	err = err ?: elf_read_symbols(r);
	/* So do symbols. */
	err = err ?: elf_read_relocs(r);
	err = err ?: elf_read_groups(r);
	return err;
}

int elf_open_bytes(struct elf **out, const struct bytes *bytes, const char *path,
		   enum elf_want want, struct arena *arena, struct diag *diag)
{
	struct elf_reader *r = arena_alloc(arena, sizeof(*r));
	int err;

	r->elf = arena_alloc(arena, sizeof(*r->elf));
	r->elf->arena = arena;
	r->elf->names = elf_names_new(arena);
	r->elf->path = arena_strdup(arena, path);
	r->diag = diag;
	r->fd = -1;
	r->image = bytes->data;
	r->size = bytes->size;
	arena_defer(arena, elf_release_file, r);

	err = read_elf(r, want);
	/* The bytes that were read stay in memory; a run may have many files. */
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	if (!err)
		*out = r->elf;
	return err;
}

int elf_open(struct elf **out, const char *path, enum elf_want want, struct arena *arena,
	     struct diag *diag)
{
	return elf_open_bytes(out, &(struct bytes){ NULL, 0 }, path, want, arena, diag);
}

struct elf_names *elf_names_new(struct arena *arena)
{
	struct elf_names *names = arena_alloc(arena, sizeof(*names));

	map_init(&names->map, arena);
	return names;
}

/* With a section for each function there are tens of thousands: no search goes over them. */
static const struct map_entry *find_sec(const struct elf *elf, const char *name)
{
	struct elf_names *names = elf->names;

	if (!names->nr)
		map_expect(&names->map, elf->nr_secs);
	for (; names->nr < elf->nr_secs; names->nr++)
		if (names->nr)
			map_add_str(&names->map, elf->secs[names->nr]->name, names->nr);
	return map_find_str(&names->map, name);
}

struct elf_sec *elf_find_sec(const struct elf *elf, const char *name)
{
	const struct map_entry *e = find_sec(elf, name);

	return e ? elf->secs[e->value] : NULL;
}

struct elf_sec *elf_only_sec(const struct elf *elf, const char *name)
{
	const struct map_entry *e = find_sec(elf, name);

	return e && !map_next(&elf->names->map, e) ? elf->secs[e->value] : NULL;
}

const char *elf_next_string(const struct elf_sec *sec, uint64_t *at)
{
	const char *s = sec && sec->data && *at < sec->size ? (const char *)sec->data + *at : NULL;
	const char *end = s ? memchr(s, 0, sec->size - *at) : NULL;

	if (!end)
		return NULL;
	*at += (uint64_t)(end - s) + 1;
	return s;
}

const char *elf_modinfo(const struct elf *elf, const char *key, uint64_t *at)
{
	const struct elf_sec *sec = elf_find_sec(elf, ".modinfo");
	const char *s;

	while ((s = elf_next_string(sec, at)))
		if (starts_with(s, key))
			return s + strlen(key);
	return NULL;
}
