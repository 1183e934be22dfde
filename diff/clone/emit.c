// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sections that tell the livepatch module what to replace: one
 * klp_object_ext, a klp_func_ext for each replaced function (Linux 6.19:
 * include/linux/livepatch_external.h), and .modinfo.
 */
#include <string.h>

#include <klp/facts.h>

#include "internal.h"


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
	uint8_t entry[KLP_FUNC_SIZE] = { 0 };
	uint64_t at;

	if (!e->funcs)
		e->funcs = elf_add_sec(d->out->elf, ".init.klp_funcs", SHT_PROGBITS, SHF_ALLOC, 8, 0);
	put_le64(entry + KLP_FUNC_POS, diff_position(d, orig_sym)->nr);
	at = elf_add_data(d->out->elf, e->funcs, entry, sizeof(entry), 8, 0);
	point_to_string(e, e->funcs, at + KLP_FUNC_OLD_NAME, d->orig->elf->syms[orig_sym].name);
	elf_add_reloc(d->out->elf, e->funcs, at + KLP_FUNC_NEW, d->arch->abs64, out_sym, 0);
	e->nr_funcs++;
}

static void emit_callback(struct emit *e, const struct piece *p)
{
	struct diff *d = e->d;
	const struct ref *r = &d->patched->refs[p->first_ref];
	const char *object;
	unsigned int kind = (unsigned int)klp_callback_kind(p->name, &object);

	elf_add_reloc(d->out->elf, e->objects, KLP_OBJECT_CALLBACKS + 8 * kind, d->arch->abs64,
		      ref_piece(d->patched, r)->out_sym, r->off);
}

static void emit_object(struct emit *e)
{
	struct diff *d = e->d;
	uint8_t entry[KLP_OBJECT_SIZE] = { 0 };

	put_le32(entry + KLP_OBJECT_NR_FUNCS, e->nr_funcs);
	e->objects = elf_add_sec(d->out->elf, ".init.klp_objects", SHT_PROGBITS, SHF_ALLOC, 8, 0);
	elf_add_data(d->out->elf, e->objects, entry, sizeof(entry), 8, 0);
	if (strcmp(d->ctx.object, "vmlinux"))
		point_to_string(e, e->objects, KLP_OBJECT_NAME, d->ctx.object);
	if (e->funcs)
		elf_add_reloc(d->out->elf, e->objects, KLP_OBJECT_FUNCS, d->arch->abs64,
			      elf_sec_sym(d->out->elf, e->funcs), 0);
}

/* ---- words of the kernel's data ---- */

static void point_outside(struct diff *d, struct elf_sec *sec, uint64_t at, struct target t)
{
	diff_write_ref(d, sec, at, d->arch->abs64, t, t.addend);
}

static void emit_write(struct emit *e, struct elf_sec *sec, const struct data_write *w)
{
	struct diff *d = e->d;
	uint8_t entry[KLP_WRITE_SIZE] = { 0 };
	uint64_t at;

	put_le64(entry + KLP_WRITE_OLD, w->old_value);
	put_le64(entry + KLP_WRITE_NEW, w->new_value);
	put_le32(entry + KLP_WRITE_BYTES, w->size);
	put_le32(entry + KLP_WRITE_LEADS, w->leads);
	at = elf_add_data(d->out->elf, sec, entry, sizeof(entry), 8, 0);
	point_outside(d, sec, at + KLP_WRITE_AT, diff_target_outside(d, w->at, (int64_t)w->off));
	if (w->old)
		point_outside(d, sec, at + KLP_WRITE_OLD,
			      diff_target_outside(d, w->old_to, w->old->off));
	if (w->new)
		point_outside(d, sec, at + KLP_WRITE_NEW, diff_target(d, w->piece, w->new));
	if (strcmp(d->ctx.object, "vmlinux"))
		point_to_string(e, sec, at + KLP_WRITE_OBJECT, d->ctx.object);
}

static void emit_own_callback(struct emit *e, unsigned int kind, const char *name)
{
	struct elf *elf = e->d->out->elf;
	uint32_t sym = elf_add_sym(elf, &(struct elf_sym){ .name = name, .bind = STB_GLOBAL });

	elf_add_reloc(elf, e->objects, KLP_OBJECT_CALLBACKS + 8 * kind, e->d->arch->abs64, sym, 0);
}

/* Without these functions of module/init.c the module does not link: nothing is left undone. */
static void emit_writes(struct emit *e)
{
	struct diff *d = e->d;
	bool leads = false;
	struct elf_sec *sec;

	if (!d->nr_writes)
		return;
	sec = elf_add_sec(d->out->elf, KLP_WRITES, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 8, 0);
	for (size_t i = 0; i < d->nr_writes; i++) {
		emit_write(e, sec, &d->writes[i]);
		leads |= d->writes[i].leads;
	}
	for (unsigned int kind = 0; kind < KLP_NR_CALLBACKS; kind++)
		if (klp_write_callback(kind, leads))
			emit_own_callback(e, kind, klp_write_callback(kind, leads));
}

static void add_modinfo(struct diff *d, struct elf_sec **sec, const char *s)
{
	const char *have;

	for (uint64_t at = 0; (have = elf_next_string(*sec, &at));)
		if (!strcmp(have, s))
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
	const char *s;

	for (uint64_t at = 0; (s = elf_next_string(in, &at));) {
		const char *dot = strchr(s, '.'), *equals = strchr(s, '=');
		const char *key = dot && equals && dot < equals ? dot + 1 : s;

		if (starts_with(key, "import_ns="))
			add_modinfo(d, out, key);
	}
}

/* The namespaces of exports to which the output has ordinary references: modpost wants them. */
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

void diff_emit(struct diff *d)
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
	for_each_piece (d->patched, p)
		if (p->flags & PIECE_CALLBACK)
			emit_callback(&e, p);
	emit_writes(&e);
	emit_modinfo(d);
}
