// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check on a module: is it for this build of the kernel?
 *
 * The kernel compares two things itself: .modinfo's vermagic (check_modinfo() of
 * kernel/module/main.c) and, with CONFIG_MODVERSIONS, the CRC of each import in __versions
 * (check_version() of kernel/module/version.c).  That positions were counted in another
 * build (klp_build_id=OBJECT:HEX, which klp diff writes) nobody else notices.
 */
#include <string.h>

#include "internal.h"

/* struct modversion_info: the CRC in an unsigned long, and the name in the rest of 64 bytes. */
#define VERSION_SIZE 64
#define VERSION_NAME 8

/* ---- vermagic ---- */

/* same_magic(): with CRCs, the version before the first space does not count. */
static bool same_magic(const char *a, const char *b, bool has_crcs)
{
	if (has_crcs) {
		a += strcspn(a, " ");
		b += strcspn(b, " ");
	}
	return !strcmp(a, b);
}

static void check_vermagic(struct check *c, const struct elf_sec *modinfo)
{
	uint64_t at = 0;
	const char *magic = elf_modinfo(c->elf, "vermagic=", &at), *kernels;
	bool has_crcs = elf_find_sec(c->elf, "__versions") != NULL;

	for (size_t i = 0; magic && i < symlist_count(c->kernels); i++) {
		const struct kernel_file *k = symlist_at(c->kernels, i);

		kernels = kernel_file_vermagic(k);
		if (!kernels || same_magic(magic, kernels, has_crcs))
			continue;
		check_finding(c, modinfo, 0, NULL, "vermagic",
			      "the module is for '%s', and %s says '%s'", magic,
			      kernel_file_path(k), kernels);
		return;
	}
}

/* ---- CRCs ---- */

/* Without CONFIG_MODVERSIONS all of them are 0. */
static void check_crc(struct check *c, const struct elf_sec *sec, uint64_t at)
{
	const char *name = (const char *)sec->data + at + VERSION_NAME;
	uint64_t crc = get_le64(sec->data + at);
	const struct export *x;

	if (!memchr(name, 0, VERSION_SIZE - VERSION_NAME))
		return;
	x = exports_find(c->exports, name);
	if (x && x->crc && x->crc != crc)
		check_finding(c, sec, at, NULL, "crc",
			      "the module is for %s with the CRC 0x%08llx; in %s it is 0x%08x", name,
			      (unsigned long long)crc, x->file, x->crc);
}

/* ---- build IDs ---- */

static const char *hex_of(struct check *c, const uint8_t *id, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	char *hex = arena_alloc(c->arena, 2 * len + 1);

	for (size_t i = 0; i < len; i++) {
		hex[2 * i] = digits[id[i] >> 4];
		hex[2 * i + 1] = digits[id[i] & 15];
	}
	hex[2 * len] = '\0';
	return hex;
}

/* One that says OBJECT:HEX: against the file of that object, and what was said of it before. */
static void check_build_id(struct check *c, const struct elf_sec *modinfo, uint64_t off,
			   const char *said)
{
	const char *colon = strchr(said, ':'), *object, *other, *id = colon ? colon + 1 : "";
	const struct kernel_file *k;
	const uint8_t *have;
	uint64_t at = 0;
	size_t len;

	if (!colon)
		return;
	object = arena_strndup(c->arena, said, (size_t)(colon - said));
	while ((other = elf_modinfo(c->elf, "klp_build_id=", &at)) && other < said)
		if (!strncmp(other, said, (size_t)(colon - said) + 1) && strcmp(other, said))
			check_finding(c, modinfo, off, NULL, "other-build",
				      "parts of it are for different builds of %s: %s and %s",
				      object, other + (colon - said) + 1, id);
	k = symlist_find(c->kernels, object);
	have = k ? kernel_file_build_id(k, &len) : NULL;
	if (have && strcmp(id, hex_of(c, have, len)))
		check_finding(c, modinfo, off, NULL, "other-build",
			      "it was made for the build %s of %s, and %s is the build %s", id,
			      object, kernel_file_path(k), hex_of(c, have, len));
}

void check_build(struct check *c)
{
	const struct elf_sec *modinfo = elf_find_sec(c->elf, ".modinfo");
	const struct elf_sec *versions = elf_find_sec(c->elf, "__versions");
	const char *said;
	uint64_t at = 0;

	check_vermagic(c, modinfo);
	for (uint64_t v = 0; versions && versions->data && v + VERSION_SIZE <= versions->size;
	     v += VERSION_SIZE)
		check_crc(c, versions, v);
	while ((said = elf_modinfo(c->elf, "klp_build_id=", &at)))
		check_build_id(c, modinfo, (uint64_t)(said - (const char *)modinfo->data), said);
}
