// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Damage object files in every simple way: each field of the ELF header and of
 * every section header set to 0, 1, all ones and one more than it was, those of
 * eight bytes also to the ends of what a signed number holds and a little more
 * or less; the same in some symbols, relocations and groups; bytes of debugging
 * information; truncation at every 64th byte; if asked for, bytes at random.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <klp/elf.h>

#include "damage.h"

#define MAX_SIZE  (64 << 10)
#define MAX_ITEMS 12 /* symbols, relocations, … of one section that are damaged */
#define MAX_BYTES 300 /* … or bytes */

struct damage_run {
	damage_fn *fn;
	void *arg;
	bool verbose;
	char dir[64];
	const char *good;
	uint8_t image[MAX_SIZE];
	uint64_t size;
	int fd; /* a file in memory with the damaged image */
	char path[64];
	unsigned long tried, refused, failed;
	unsigned long random; /* how many times bytes are changed at random */
	uint64_t seed;
};

struct field {
	const char *name;
	uint8_t offset, size;
};

static const struct field ehdr_fields[] = {
	{ "class", 4, 1 },	  { "data", 5, 1 },	    { "version", 6, 1 },
	{ "osabi", 7, 1 },	  { "abiversion", 8, 1 },   { "e_type", 16, 2 },
	{ "e_machine", 18, 2 },	  { "e_version", 20, 4 },   { "e_entry", 24, 8 },
	{ "e_phoff", 32, 8 },	  { "e_shoff", 40, 8 },	    { "e_flags", 48, 4 },
	{ "e_ehsize", 52, 2 },	  { "e_phentsize", 54, 2 }, { "e_phnum", 56, 2 },
	{ "e_shentsize", 58, 2 }, { "e_shnum", 60, 2 },	    { "e_shstrndx", 62, 2 },
	{ NULL, 0, 0 },
};

static const struct field shdr_fields[] = {
	{ "sh_name", 0, 4 },	 { "sh_type", 4, 4 },	 { "sh_flags", 8, 8 },
	{ "sh_addr", 16, 8 },	 { "sh_offset", 24, 8 }, { "sh_size", 32, 8 },
	{ "sh_link", 40, 4 },	 { "sh_info", 44, 4 },	 { "sh_addralign", 48, 8 },
	{ "sh_entsize", 56, 8 }, { NULL, 0, 0 },
};

static const struct field sym_fields[] = {
	{ "st_name", 0, 4 },  { "st_info", 4, 1 },  { "st_other", 5, 1 }, { "st_shndx", 6, 2 },
	{ "st_value", 8, 8 }, { "st_size", 16, 8 }, { NULL, 0, 0 },
};

static const struct field rela_fields[] = {
	{ "r_offset", 0, 8 },  { "r_type", 8, 4 }, { "r_sym", 12, 4 },
	{ "r_addend", 16, 8 }, { NULL, 0, 0 },
};

static const struct field word_fields[] = { { "word", 0, 4 }, { NULL, 0, 0 } };

static const struct field chdr_fields[] = {
	{ "ch_type", 0, 4 },
	{ "ch_size", 8, 8 },
	{ "ch_addralign", 16, 8 },
	{ NULL, 0, 0 },
};

static void put(int fd, const void *bytes, uint64_t size, uint64_t at)
{
	if (pwrite(fd, bytes, size, (off_t)at) != (ssize_t)size) {
		perror("pwrite");
		exit(2);
	}
}

static void try_one(struct damage_run *run, const char *what)
{
	int result;

	if (run->verbose)
		fprintf(stderr, "%s: %s\n", run->good, what);
	result = run->fn(run->path, run->good, run->dir, run->arg);
	run->tried++;
	run->refused += result == 1;
	if (result < 0) {
		fprintf(stderr, "%s: %s: FAILED\n", run->good, what);
		run->failed++;
	}
}

/* What a field is set to. */
static const struct value {
	const char *name;
	bool adds;	/* to what it was */
	bool wide;	/* only where it is not cut off */
	uint64_t value;
} values[] = {
	{ "0", false, false, 0 },
	{ "1", false, false, 1 },
	{ "all ones", false, false, UINT64_MAX },
	{ "one more", true, false, 1 },
	{ "8 less", true, true, (uint64_t)-8 },
	{ "32 more", true, true, 32 },
	{ "INT64_MAX", false, true, INT64_MAX },
	{ "INT64_MIN", false, true, (uint64_t)INT64_MIN },
};

static void damage_field(struct damage_run *run, const char *where, uint64_t at,
			 const struct field *field)
{
	uint8_t bytes[8] = { 0 };
	char what[128];
	uint64_t old;

	if (at > run->size || field->size > run->size - at)
		return;
	memcpy(bytes, run->image + at, field->size);
	old = get_le64(bytes);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		const struct value *v = &values[i];

		if (v->wide && field->size < 8)
			continue;
		put_le64(bytes, v->adds ? old + v->value : v->value);
		if (!memcmp(bytes, run->image + at, field->size))
			continue;
		put(run->fd, bytes, field->size, at);
		snprintf(what, sizeof(what), "%s %s = %s", where, field->name, v->name);
		try_one(run, what);
	}
	put(run->fd, run->image + at, field->size, at);
}

static void damage_fields(struct damage_run *run, const char *where, uint64_t at,
			  const struct field *fields)
{
	for (; fields->name; fields++)
		damage_field(run, where, at + fields->offset, fields);
}

/* Items of a section: some of them, evenly spread, the first and the last always. */
static void damage_items(struct damage_run *run, uint32_t section, const uint8_t *shdr,
			 uint64_t item_size, const struct field *fields)
{
	uint64_t offset = get_le64(shdr + 24), nr = get_le64(shdr + 32) / item_size, i, last = 0;
	char where[64];
	int k;

	for (k = 0; k < MAX_ITEMS && nr; k++) {
		i = (nr - 1) * (uint64_t)k / (MAX_ITEMS - 1);
		if (k && i == last)
			continue;
		last = i;
		snprintf(where, sizeof(where), "section %u item %llu", section,
			 (unsigned long long)i);
		damage_fields(run, where, offset + i * item_size, fields);
	}
}

/* What klp reads of debugging information, and whatever numbers in it of any length mean. */
static bool is_read(const char *name)
{
	static const char *const sections[] = { ".debug_info", ".debug_abbrev", ".debug_line",
						NULL };

	for (const char *const *s = sections; *s; s++)
		if (!strcmp(name, *s))
			return true;
	return false;
}

static const char *section_name(const struct damage_run *run, const uint8_t *shdr)
{
	const uint8_t *names =
		run->image + get_le64(run->image + 40) + 64 * (uint64_t)get_le16(run->image + 62);
	uint64_t at = get_le64(names + 24) + get_le32(shdr);

	/* The last byte of an object is no end of a name, but that of a section's header. */
	return at < run->size && memchr(run->image + at, 0, run->size - at)
		       ? (const char *)run->image + at
		       : "";
}

/* Bytes of a section: some of them, evenly spread. */
static void damage_bytes(struct damage_run *run, const char *name, const uint8_t *shdr)
{
	static const uint8_t to[] = { 0, 1, 0x7f, 0x80, 0xff };
	uint64_t offset = get_le64(shdr + 24), size = get_le64(shdr + 32);
	uint64_t step = size / MAX_BYTES + 1;
	char what[64];

	for (uint64_t at = offset; at < offset + size; at += step) {
		for (size_t i = 0; i < sizeof(to); i++) {
			put(run->fd, &to[i], 1, at);
			snprintf(what, sizeof(what), "%s+%#llx = %#x", name,
				 (unsigned long long)(at - offset), to[i]);
			try_one(run, what);
		}
		put(run->fd, run->image + at, 1, at);
	}
}

static void damage_contents(struct damage_run *run, uint32_t section, const uint8_t *shdr)
{
	const char *name = section_name(run, shdr);
	char where[64];

	if (is_read(name))
		damage_bytes(run, name, shdr);

	switch (get_le32(shdr + 4)) {
	case SHT_SYMTAB:
		damage_items(run, section, shdr, 24, sym_fields);
		break;
	case SHT_RELA:
		damage_items(run, section, shdr, 24, rela_fields);
		break;
	case SHT_GROUP:
	case SHT_SYMTAB_SHNDX:
		damage_items(run, section, shdr, 4, word_fields);
		break;
	}
	if (get_le64(shdr + 8) & SHF_COMPRESSED) {
		snprintf(where, sizeof(where), "section %u", section);
		damage_fields(run, where, get_le64(shdr + 24), chdr_fields);
	}
}

static void damage_sections(struct damage_run *run)
{
	uint64_t shoff = get_le64(run->image + 40);
	uint32_t nr = get_le16(run->image + 60), i;
	char where[64];

	if (shoff > run->size || (uint64_t)nr * 64 > run->size - shoff)
		return;
	for (i = 0; i < nr; i++) {
		const uint8_t *shdr = run->image + shoff + i * (uint64_t)64;

		snprintf(where, sizeof(where), "section %u", i);
		damage_fields(run, where, shoff + i * (uint64_t)64, shdr_fields);
		damage_contents(run, i, shdr);
	}
}

static void truncate_file(struct damage_run *run)
{
	char what[64];
	uint64_t size;

	for (size = 0; size < run->size; size += 64) {
		if (ftruncate(run->fd, (off_t)size)) {
			perror("ftruncate");
			exit(2);
		}
		snprintf(what, sizeof(what), "truncated to %llu bytes", (unsigned long long)size);
		try_one(run, what);
		put(run->fd, run->image, run->size, 0);
	}
}

/* SplitMix64: the same numbers everywhere. */
static uint64_t next_random(struct damage_run *run)
{
	uint64_t z = run->seed += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* One to four words of one, two, four or eight bytes each. */
static void damage_at_random(struct damage_run *run)
{
	uint64_t begin = run->seed, nr = 1 + next_random(run) % 4, i;
	char what[64];

	for (i = 0; i < nr; i++) {
		uint64_t at = next_random(run) % run->size, size = 1u << next_random(run) % 4;
		uint64_t value = next_random(run) >> next_random(run) % 64;
		uint8_t bytes[8];

		put_le64(bytes, value);
		if (size <= run->size - at)
			put(run->fd, bytes, size, at);
	}
	snprintf(what, sizeof(what), "at random from %#llx", (unsigned long long)begin);
	try_one(run, what);
	put(run->fd, run->image, run->size, 0);
}

/* False if the file is too large. */
static bool load(struct damage_run *run, const char *path)
{
	FILE *f = fopen(path, "r");
	bool fits;

	if (!f) {
		perror(path);
		exit(2);
	}
	run->size = fread(run->image, 1, sizeof(run->image), f);
	fits = getc(f) == EOF && run->size >= 64;
	fclose(f);
	return fits;
}

static void damage_file(struct damage_run *run, const char *path)
{
	unsigned long i;

	if (!load(run, path)) {
		fprintf(stderr, "%s: skipped: not between 64 bytes and 64 KiB\n", path);
		return;
	}
	run->good = path;
	run->fd = memfd_create("damaged", MFD_CLOEXEC);
	if (run->fd < 0) {
		perror("memfd_create");
		exit(2);
	}
	snprintf(run->path, sizeof(run->path), "/proc/self/fd/%d", run->fd);
	put(run->fd, run->image, run->size, 0);

	try_one(run, "undamaged");
	damage_fields(run, "ELF header", 0, ehdr_fields);
	damage_sections(run);
	truncate_file(run);
	run->seed = run->size;
	for (i = 0; i < run->random; i++)
		damage_at_random(run);
	close(run->fd);
}

int damage_files(int argc, char **argv, damage_fn *fn, void *arg)
{
	struct damage_run *run = calloc(1, sizeof(*run));
	int i, status;

	if (!run)
		return 2;
	run->fn = fn;
	run->arg = arg;
	snprintf(run->dir, sizeof(run->dir), "/tmp/klp-damage-XXXXXX");
	if (!mkdtemp(run->dir)) {
		perror(run->dir);
		free(run);
		return 2;
	}
	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-v"))
			run->verbose = true;
		else if (!strcmp(argv[i], "-r") && i + 1 < argc)
			run->random = strtoul(argv[++i], NULL, 10);
		else
			damage_file(run, argv[i]);
	}
	printf("%lu damaged files: %lu refused, %lu accepted, %lu failures\n", run->tried,
	       run->refused, run->tried - run->refused - run->failed, run->failed);
	/* Not empty: something was left behind, or fn did not tidy up. */
	if (rmdir(run->dir)) {
		perror(run->dir);
		run->failed++;
	}
	status = run->failed || !run->tried;
	free(run);
	return status;
}
