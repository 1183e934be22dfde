// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp check on a module: is it for this build of the kernel?
 *
 * The kernel compares two things itself: .modinfo's vermagic (check_modinfo() of
 * kernel/module/main.c) and, with CONFIG_MODVERSIONS, the CRC of each import (check_version() of
 * kernel/module/version.c): in __versions, or from 6.14 on in __version_ext_crcs, whose names are
 * in __version_ext_names (CONFIG_EXTENDED_MODVERSIONS).  It refuses a module without either.  That
 * positions were counted in another build (klp_build_id=OBJECT:HEX, which klp diff writes) nobody
 * else notices.
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

	/* An object that is still to be linked into a module has none. */
	for (size_t i = 0; (magic || c->linked) && i < symlist_count(c->kernels); i++) {
		const struct kernel_file *k = symlist_at(c->kernels, i);

		kernels = kernel_file_vermagic(k);
		if (!kernels || (magic && same_magic(magic, kernels, has_crcs)))
			continue;
		if (magic)
			check_finding(c, modinfo, 0, NULL, "vermagic",
				      "the module is for '%s', and %s says '%s'", magic,
				      kernel_file_path(k), kernels);
		else
			check_finding(c, modinfo, 0, NULL, "vermagic",
				      "the module does not say for which kernel it is, and %s "
				      "says '%s': it was not made by the kernel's build",
				      kernel_file_path(k), kernels);
		return;
	}
}

/* ---- CRCs ---- */

/* Without CONFIG_MODVERSIONS all of them are 0. */
static void check_crc(struct check *c, const struct elf_sec *sec, uint64_t at, const char *name,
		      uint64_t crc)
{
	const struct export *x = exports_find(c->exports, name);

	if (x && x->crc && x->crc != crc)
		check_finding(c, sec, at, NULL, "crc",
			      "the module is for %s with the CRC 0x%08llx; in %s it is 0x%08x", name,
			      (unsigned long long)crc, x->file, x->crc);
}

static bool check_versions(struct check *c)
{
	const struct elf_sec *sec = elf_find_sec(c->elf, "__versions");

	for (uint64_t at = 0; sec && sec->data && at + VERSION_SIZE <= sec->size;
	     at += VERSION_SIZE) {
		const char *name = (const char *)sec->data + at + VERSION_NAME;

		if (memchr(name, 0, VERSION_SIZE - VERSION_NAME))
			check_crc(c, sec, at, name, get_le64(sec->data + at));
	}
	return sec;
}

/* CRCs in one section, and names of any length in another, one after the other. */
static bool check_extended_versions(struct check *c)
{
	const struct elf_sec *crcs = elf_find_sec(c->elf, "__version_ext_crcs");
	const struct elf_sec *names = elf_find_sec(c->elf, "__version_ext_names");
	uint64_t at = 0, name = 0;

	if (!crcs || !names || !crcs->data || !names->data)
		return crcs;
	for (; at + 4 <= crcs->size; at += 4) {
		const char *s = (const char *)names->data + name;
		size_t len = strnlen(s, names->size - name);

		if (name + len >= names->size)
			break;
		check_crc(c, crcs, at, s, get_le32(crcs->data + at));
		name += len + 1;
	}
	if (at != crcs->size || name != names->size)
		check_finding(c, crcs, at, NULL, "crc",
			      "the section has %llu bytes of CRCs, not one for each name of "
			      "__version_ext_names",
			      (unsigned long long)crcs->size);
	return true;
}

/* check_version(): a module with neither section is loaded by force alone. */
static void check_has_versions(struct check *c)
{
	for_each_sym (c->elf, sym) {
		const struct export *x = NULL;

		if (sym->sec == ELF_SEC_UNDEF && sym->name[0])
			x = exports_find(c->exports, sym->name);
		if (!x || !x->crc)
			continue;
		check_finding(c, NULL, 0, sym->name, "crc",
			      "the module has no CRCs of what it imports (__versions), and %s has "
			      "some: it was not made by the kernel's build, or for another kernel",
			      x->file);
		return;
	}
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
	bool has_crcs, extended;
	const char *said;
	uint64_t at = 0;

	check_vermagic(c, modinfo);
	has_crcs = check_versions(c);
	extended = check_extended_versions(c);
	if (c->linked && !has_crcs && !extended)
		check_has_versions(c);
	while ((said = elf_modinfo(c->elf, "klp_build_id=", &at)))
		check_build_id(c, modinfo, (uint64_t)(said - (const char *)modinfo->data), said);
}
