// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: .modinfo names the namespaces and the build that the output needs, and no more.
 */
#include <string.h>

#include <klp/facts.h>

#include "internal.h"

#define NAMESPACE "import_ns="
#define BUILD	  "klp_build_id="

static bool has_string(struct oracle *o, const struct elf_sec *sec, const char *want)
{
	const char *s;

	for (uint64_t at = 0; (s = elf_next_string(sec, &at)); arena_work(o->arena, 1))
		if (!strcmp(s, want))
			return true;
	return false;
}

/* "import_ns=X" of a string, which built-in code writes with its module's name and a dot. */
static const char *namespace_of(const char *s)
{
	const char *key = strstr(s, NAMESPACE);

	return key && (key == s || (key[-1] == '.' && !memchr(s, '=', (size_t)(key - s)))) ? key
											   : NULL;
}

/* Does the patched object import that, or an ordinary reference of the output need it? */
static bool is_wanted_import(const struct oracle *o, const struct elf_sec *in, const char *want)
{
	const char *s, *said;

	for (uint64_t at = 0; (s = elf_next_string(in, &at)); arena_work(o->arena, 1))
		if ((said = namespace_of(s)) && !strcmp(said, want))
			return true;
	for (uint32_t i = 1; o->exports && i < o->out.elf->nr_syms; i++) {
		const struct elf_sym *sym = &o->out.elf->syms[i];
		const struct export *x =
			sym->sec == ELF_SEC_UNDEF ? exports_find(o->exports, sym->name) : NULL;

		if (x && !strcmp(x->ns, want + strlen(NAMESPACE)))
			return true;
	}
	return false;
}

/* May positions in the object have been counted?  Without any kernel that is not known. */
static bool concerns(const struct oracle *o, const char *object)
{
	struct klp_sym_name name;

	if (!o->nr_kernels || !strcmp(object, "vmlinux") ||
	    (o->object && oracle_same_object(object, o->object)))
		return true;
	for_each_sym (o->out.elf, sym)
		if (!klp_name_parse(sym->name, &name) && !strcmp(name.object, object))
			return true;
	return false;
}

/* Of OBJECT:HEX, whatever HEX is. */
static bool is_build(const struct oracle *o, const char *s)
{
	static const char digits[] = "0123456789abcdef";
	const char *colon = strchr(s, ':'), *hex = colon ? colon + 1 : "";

	if (colon == s || !*hex || strlen(hex) % 2 || strspn(hex, digits) != strlen(hex))
		return false;
	return concerns(o, arena_strndup(o->arena, s, (size_t)(colon - s)));
}

/* Does .modinfo say in which build of the object positions were counted? */
static bool names_build(struct oracle *o, const struct elf_sec *out, const char *object)
{
	const char *want = arena_printf(o->arena, BUILD "%s:", object), *s;

	for (uint64_t at = 0; (s = elf_next_string(out, &at));)
		if (starts_with(s, want))
			return true;
	return false;
}

/*
 * A position that is not 0 was counted in a certain build: .modinfo has its ID, or the kernel's
 * file, which may have none (System.map), is here to tell.  Without it only vmlinux is asked,
 * which kbuild always links with an ID (Makefile, --build-id).
 */
static void check_counted(struct oracle *o, const struct elf_sec *out)
{
	struct klp_sym_name name;
	size_t len;

	if (o->kernel && !kernel_file_build_id(o->kernel, &len))
		return;
	for_each_sym (o->out.elf, sym) {
		if (klp_name_parse(sym->name, &name) || !name.pos ||
		    strcmp(name.object, o->kernel ? o->object : "vmlinux") != 0 ||
		    names_build(o, out, name.object))
			continue;
		oracle_finding(
			o, out ? out->index : 0, 0, "modinfo",
			BUILD "%s: is missing: in which build was the position of %s counted?%s",
			name.object, sym->name, o->kernel ? "" : " (--kernel FILE tells, too)");
		return;
	}
}

void check_modinfo(struct oracle *o)
{
	const struct elf_sec *out = elf_find_sec(o->out.elf, ".modinfo");
	const struct elf_sec *in = elf_find_sec(o->patched.elf, ".modinfo");
	const char *s, *ns;
	uint64_t at;

	for (at = 0; (s = elf_next_string(in, &at));)
		if ((ns = namespace_of(s)) && !has_string(o, out, ns))
			oracle_finding(o, out ? out->index : 0, 0, "modinfo", "%s is missing", ns);
	for (at = 0; (s = elf_next_string(out, &at));) {
		bool right = !starts_with(s, BUILD)
				     ? starts_with(s, NAMESPACE) &&
					       is_wanted_import(o, in, s)
				     : is_build(o, s + strlen(BUILD));

		if (!right)
			oracle_finding(o, out->index, (uint64_t)(s - (const char *)out->data),
				       "modinfo", "neither %s nor the kernel says %s",
				       o->patched.elf->path, s);
	}
	check_counted(o, out);
	if (out && (!out->size || at < out->size))
		oracle_finding(o, out->index, at, "modinfo", "it does not end with a string");
}
