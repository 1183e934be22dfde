// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: what the output adds to the module's .modinfo.
 *
 * It is the namespaces that the patched object imports or the output needs, and which builds
 * positions were counted in, klp_build_id=OBJECT:HEX: nothing else, since the linker
 * would join it with what the module says of itself.
 */
#include <string.h>

#include "internal.h"

#define NAMESPACE "import_ns="
#define BUILD	  "klp_build_id="

/* The string at a place of the section that ends in it; NULL: none. */
static const char *string_in(const struct elf_sec *sec, uint64_t at)
{
	if (!sec || !sec->data || at >= sec->size || !memchr(sec->data + at, 0, sec->size - at))
		return NULL;
	return (const char *)sec->data + at;
}

static bool has_string(const struct elf_sec *sec, const char *want)
{
	const char *s;

	for (uint64_t at = 0; (s = string_in(sec, at)); at += strlen(s) + 1)
		if (!strcmp(s, want))
			return true;
	return false;
}

/* "import_ns=X" of a string, which built-in code writes with its module's name and a dot. */
static const char *namespace_of(const char *s)
{
	const char *key = strstr(s, NAMESPACE);

	return key && (key == s || (key[-1] == '.' && !memchr(s, '=', (size_t)(key - s)))) ? key : NULL;
}

/* Does the patched object import that, or an ordinary reference of the output need it? */
static bool is_wanted_import(const struct oracle *o, const struct elf_sec *in, const char *want)
{
	const char *s, *said;

	for (uint64_t at = 0; (s = string_in(in, at)); at += strlen(s) + 1)
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

/* What an ordinary reference needs is imported, whatever the patched object says. */
static void check_needed_imports(struct oracle *o, const struct elf_sec *out)
{
	for (uint32_t i = 1; o->exports && i < o->out.elf->nr_syms; i++) {
		const struct elf_sym *sym = &o->out.elf->syms[i];
		const struct export *x =
			sym->sec == ELF_SEC_UNDEF ? exports_find(o->exports, sym->name) : NULL;

		if (x && *x->ns &&
		    !has_string(out, arena_printf(o->arena, NAMESPACE "%s", x->ns)))
			finding(o, out ? out->index : 0, 0, "modinfo",
				"%s is exported in the namespace %s, which is not imported", x->name,
				x->ns);
	}
}

/* May positions in the object have been counted?  Without any kernel that is not known. */
static bool concerns(const struct oracle *o, const char *object)
{
	struct klp_sym_name name;

	if (!o->nr_kernels || !strcmp(object, "vmlinux") || (o->object && same_object(object, o->object)))
		return true;
	for (uint32_t i = 1; i < o->out.elf->nr_syms; i++)
		if (!klp_name_parse(o->out.elf->syms[i].name, &name) && !strcmp(name.object, object))
			return true;
	return false;
}

/* Of OBJECT:HEX; of an object whose file is not here, HEX may be any. */
static bool is_build(const struct oracle *o, const char *s)
{
	static const char digits[] = "0123456789abcdef";
	const char *colon = strchr(s, ':'), *hex = colon ? colon + 1 : "";

	if (colon == s || !*hex || strlen(hex) % 2 || strspn(hex, digits) != strlen(hex))
		return false;
	for (size_t i = 0; i < o->nr_kernels; i++) {
		const char *object = kernel_file_object(o->kernels[i]);
		size_t len, k = 0;
		const uint8_t *id = kernel_file_build_id(o->kernels[i], &len);

		if (!id || strlen(object) != (size_t)(colon - s) || strncmp(object, s, colon - s))
			continue;
		while (k < len && hex[2 * k] == digits[id[k] >> 4] &&
		       hex[2 * k + 1] == digits[id[k] & 15])
			k++;
		return k == len && !hex[2 * k];
	}
	return concerns(o, arena_strndup(o->arena, s, (size_t)(colon - s)));
}

/* Does .modinfo say in which build of the object positions were counted? */
static bool names_build(struct oracle *o, const struct elf_sec *out, const char *object)
{
	const char *want = arena_printf(o->arena, BUILD "%s:", object), *s;

	for (uint64_t at = 0; (s = string_in(out, at)); at += strlen(s) + 1)
		if (has_prefix(s, want))
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
	for (uint32_t i = 1; i < o->out.elf->nr_syms; i++) {
		if (klp_name_parse(o->out.elf->syms[i].name, &name) || !name.pos ||
		    strcmp(name.object, o->kernel ? o->object : "vmlinux") != 0 ||
		    names_build(o, out, name.object))
			continue;
		finding(o, out ? out->index : 0, 0, "modinfo",
			BUILD "%s: is missing: in which build was the position of %s counted?%s",
			name.object, o->out.elf->syms[i].name,
			o->kernel ? "" : " (--kernel FILE tells, too)");
		return;
	}
}

void check_modinfo(struct oracle *o)
{
	const struct elf_sec *out = elf_find_sec(o->out.elf, ".modinfo");
	const struct elf_sec *in = elf_find_sec(o->patched.elf, ".modinfo");
	const char *s, *ns;
	uint64_t at;

	for (at = 0; (s = string_in(in, at)); at += strlen(s) + 1)
		if ((ns = namespace_of(s)) && !has_string(out, ns))
			finding(o, out ? out->index : 0, 0, "modinfo", "%s is missing", ns);
	check_needed_imports(o, out);
	for (at = 0; (s = string_in(out, at)); at += strlen(s) + 1) {
		bool right = strncmp(s, BUILD, strlen(BUILD)) ?
				     !strncmp(s, NAMESPACE, strlen(NAMESPACE)) && is_wanted_import(o, in, s) :
				     is_build(o, s + strlen(BUILD));

		if (!right)
			finding(o, out->index, at, "modinfo", "neither %s nor the kernel says %s",
				o->patched.elf->path, s);
	}
	check_counted(o, out);
	if (out && (!out->size || at < out->size))
		finding(o, out->index, at, "modinfo", "it does not end with a string");
}
