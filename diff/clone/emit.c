// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sections that tell the livepatch module what to replace: one
 * klp_object_ext, a klp_func_ext for each replaced function (Linux 6.19:
 * include/linux/livepatch_external.h), and .modinfo.
 */
#include <errno.h>
#include <string.h>

#include "internal.h"


#define OBJECT_SIZE 64
#define OBJECT_NAME 0
#define OBJECT_FUNCS 8
#define OBJECT_CALLBACKS 16
#define OBJECT_NR_FUNCS 56
#define FUNC_SIZE 24
#define FUNC_OLD_NAME 0
#define FUNC_NEW 8
#define FUNC_SYMPOS 16

struct emit {
	struct diff *d;
	struct elf_sec *objects, *funcs, *strings;
	uint32_t nr_funcs;
};

static void point_to_string(struct emit *e, struct elf_sec *sec, uint64_t at, const char *s)
{
	struct diff *d = e->d;
	uint64_t off;

	if (!e->strings)
		e->strings = elf_add_sec(d->out->elf, ".rodata.klp.str1.1", SHT_PROGBITS,
					 SHF_ALLOC | SHF_MERGE | SHF_STRINGS, 1, 1);
	off = elf_add_data(d->out->elf, e->strings, s, strlen(s) + 1, 1, 0);
	elf_add_reloc(d->out->elf, sec, at, d->arch->abs64, elf_sec_sym(d->out->elf, e->strings),
		      (int64_t)off);
}

/* The function of orig is redirected to a function of the output. */
static void emit_func(struct emit *e, uint32_t orig_sym, uint32_t out_sym)
{
	struct diff *d = e->d;
	uint8_t entry[FUNC_SIZE] = { 0 };
	uint64_t at;

	if (!e->funcs)
		e->funcs = elf_add_sec(d->out->elf, ".init.klp_funcs", SHT_PROGBITS, SHF_ALLOC, 8, 0);
	put_le64(entry + FUNC_SYMPOS, diff_position(d, orig_sym)->nr);
	at = elf_add_data(d->out->elf, e->funcs, entry, sizeof(entry), 8, 0);
	point_to_string(e, e->funcs, at + FUNC_OLD_NAME, d->orig->elf->syms[orig_sym].name);
	elf_add_reloc(d->out->elf, e->funcs, at + FUNC_NEW, d->arch->abs64, out_sym, 0);
	e->nr_funcs++;
}

/* Before Linux 6.19, scripts/Makefile.lib has __KBUILD_MODNAME=kmod_<object>. */
static bool is_own_object(const struct diff *d, const char *name)
{
	return !strcmp(name, d->ctx.object) ||
	       (!strncmp(name, "kmod_", 5) && !strcmp(name + 5, d->ctx.object));
}

/* __klp_<kind>_callback_<object>: a pointer to the function (include/linux/livepatch_helpers.h). */
static int emit_callback(struct emit *e, const struct piece *p)
{
	static const char *const kinds[] = { "pre_patch", "post_patch", "pre_unpatch",
					     "post_unpatch" };
	struct diff *d = e->d;
	struct diag_where where = piece_where(d->patched, p);
	const struct ref *r = &d->patched->refs[p->first_ref];
	const struct piece *to;

	if (p->nr_refs != 1 || r->piece == NO_PIECE)
		return diag_error(d->diag, &where, "callback",
				  "a livepatch callback must be one pointer to a function of this "
				  "object");
	to = &d->patched->pieces[r->piece];
	for (unsigned int i = 0; i < 4; i++) {
		const char *prefix = arena_printf(d->arena, "__klp_%s_callback_", kinds[i]);

		if (strncmp(p->name, prefix, strlen(prefix)))
			continue;
		if (!is_own_object(d, p->name + strlen(prefix)))
			return diag_error(d->diag, &where, "callback",
					  "the callback is for another object than %s", d->ctx.object);
		elf_add_reloc(d->out->elf, e->objects, OBJECT_CALLBACKS + 8 * i, d->arch->abs64,
			      to->out_sym, r->off);
	}
	return 0;
}

static void emit_object(struct emit *e)
{
	struct diff *d = e->d;
	uint8_t entry[OBJECT_SIZE] = { 0 };

	put_le32(entry + OBJECT_NR_FUNCS, e->nr_funcs);
	e->objects = elf_add_sec(d->out->elf, ".init.klp_objects", SHT_PROGBITS, SHF_ALLOC, 8, 0);
	elf_add_data(d->out->elf, e->objects, entry, sizeof(entry), 8, 0);
	if (strcmp(d->ctx.object, "vmlinux"))
		point_to_string(e, e->objects, OBJECT_NAME, d->ctx.object);
	if (e->funcs)
		elf_add_reloc(d->out->elf, e->objects, OBJECT_FUNCS, d->arch->abs64,
			      elf_sec_sym(d->out->elf, e->funcs), 0);
}

static bool has_modinfo(const struct elf_sec *sec, const char *s)
{
	if (!sec)
		return false;
	for (uint64_t at = 0; at < sec->size; at += strlen((const char *)sec->data + at) + 1)
		if (!strcmp((const char *)sec->data + at, s))
			return true;
	return false;
}

static void add_modinfo(struct diff *d, struct elf_sec **sec, const char *s)
{
	if (has_modinfo(*sec, s))
		return;
	if (!*sec)
		*sec = elf_add_sec(d->out->elf, ".modinfo", SHT_PROGBITS, SHF_ALLOC, 1, 0);
	elf_add_data(d->out->elf, *sec, s, strlen(s) + 1, 1, 0);
}

/* Which builds positions are of: "klp_build_id=<object>:<id>". */
static void emit_build_id(struct diff *d, const struct kernel_file *file, struct elf_sec **sec)
{
	size_t len = 0;
	const uint8_t *id = kernel_file_build_id(file, &len);
	const char *s = arena_printf(d->arena, "klp_build_id=%s:", kernel_file_object(file));

	for (size_t i = 0; id && i < len; i++)
		s = arena_printf(d->arena, "%s%02x", s, id[i]);
	if (id)
		add_modinfo(d, sec, s);
}

/*
 * The namespaces that the patched object says it imports: the copy uses the same exports.
 * Built-in code has its module's name before the key (MODULE_INFO of include/linux/moduleparam.h).
 */
static void emit_said_imports(struct diff *d, struct elf_sec **out)
{
	const struct elf_sec *in = elf_find_sec(d->patched->elf, ".modinfo");

	for (uint64_t at = 0; in && in->data && at < in->size;) {
		const char *s = (const char *)in->data + at, *key = s;
		size_t len = strnlen(s, in->size - at);
		const char *dot = memchr(s, '.', len), *equals = memchr(s, '=', len);

		if (dot && equals && dot < equals)
			key = dot + 1;
		if (len < in->size - at && !strncmp(key, "import_ns=", 10))
			add_modinfo(d, out, key);
		at += len + 1;
	}
}

/* … and those of which the output has an ordinary reference, which modpost wants imported. */
static void emit_needed_imports(struct diff *d, struct elf_sec **out)
{
	for (size_t i = 0; i < d->decisions.nr; i++) {
		const struct export *x = d->decisions.v[i]->export;

		if (x && *x->ns && !export_for_named_modules(x))
			add_modinfo(d, out, arena_printf(d->arena, "import_ns=%s", x->ns));
	}
}

static void emit_modinfo(struct diff *d)
{
	struct elf_sec *out = NULL;

	for (size_t i = 0; i < d->ctx.nr_kernels; i++)
		emit_build_id(d, d->ctx.kernels[i], &out);
	emit_said_imports(d, &out);
	emit_needed_imports(d, &out);
}

int diff_emit(struct diff *d)
{
	struct emit e = { .d = d };

	for_each_piece (d->patched, p) {
		if (diff_piece_is_patched(p))
			emit_func(&e, d->orig->pieces[p->twin].sym, p->out_sym);
	}
	for (size_t i = 0; i < d->nr_moved; i++)
		if (d->moved[i].folded)
			emit_func(&e, d->moved[i].orig_sym, d->moved[i].out_sym);
	emit_object(&e);
	for (uint32_t i = 0; i < d->patched->nr_pieces; i++)
		if (d->patched->pieces[i].flags & PIECE_CALLBACK)
			emit_callback(&e, &d->patched->pieces[i]);
	emit_modinfo(d);
	return d->diag->nr_errors ? -EINVAL : 0;
}
