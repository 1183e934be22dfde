// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the author of a livepatch says of its symbols (include/klp-annotations.h):
 *
 * A. A section .klp.module_relocs.<object> with packed entries of 12 bytes,
 *    { u64 symbol; u32 position; }: the symbol is <object>'s.
 * B. A symbol's own name, .klp.sym.rela.<patched>.<object>.<name>,<position>;
 *    assemblers before binutils 2.37 cannot take the comma, so that a dot may
 *    stand for it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/livepatch.h>
#include <klp/text.h>

#include "internal.h"

#define FORM_A ".klp.module_relocs"
#define FORM_B ".klp.sym.rela."

#define ENTRY_SIZE 12 /* of form A */
#define ENTRY_POS  8

static struct diag_where at(const struct convert *c, const struct elf_sec *sec, uint64_t offset)
{
	return (struct diag_where){
		.object = c->m.elf->path,
		.section = sec->name,
		.offset = offset,
		.has_offset = true,
	};
}

/* ---- form A ---- */

static int entry_reloc(const struct convert *c, const struct elf_sec *sec, uint64_t offset,
		       const struct elf_reloc **out)
{
	size_t k = elf_first_reloc(sec->rela, offset);
	const struct elf_reloc *r = sec->rela && k < sec->rela->nr_relocs ? &sec->rela->relocs[k] :
									    NULL;
	struct diag_where where = at(c, sec, offset);

	if (!r || r->offset != offset || !r->sym)
		return diag_error(c->m.diag, &where, "annotation",
				  "the entry (12 bytes: symbol, position) names no symbol, or not "
				  "at its begin");
	if (r->type != c->m.arch->abs64)
		return diag_error(c->m.diag, &where, "annotation",
				  "relocation type %u where %s's 64-bit absolute type (%u) belongs",
				  r->type, c->m.arch->name, c->m.arch->abs64);
	if (r->addend)
		return diag_error(c->m.diag, &where, "annotation",
				  "the entry names a place %lld bytes behind a symbol",
				  (long long)r->addend);
	*out = r;
	return 0;
}

static int conflict(const struct convert *c, const struct elf_sec *sec, uint64_t offset,
		    struct conversion *old, const char *object, uint32_t pos)
{
	struct diag_where where = at(c, sec, offset);

	old->refused = true;
	where.symbol = c->m.elf->syms[old->sym].name;
	return diag_error(c->m.diag, &where, "annotation-conflict",
			  "conflicting annotations: position %u of %s here, position %llu of %s in "
			  "%s; one symbol can be only one of them (form B can name both: "
			  "KLP_RELOC_SYMBOL_POS)",
			  pos, object, (unsigned long long)old->pos, old->object, old->section);
}

static int read_entry(struct convert *c, const struct elf_sec *sec, uint64_t offset)
{
	const char *object = sec->name + strlen(FORM_A ".");
	struct diag_where where = at(c, sec, offset);
	const struct elf_reloc *r = NULL;
	const struct elf_sym *sym;
	struct conversion *to;
	uint32_t pos;
	int err = entry_reloc(c, sec, offset, &r);

	if (err)
		return err;
	sym = &c->m.elf->syms[r->sym];
	where.symbol = sym->name;
	if (sym->sec != ELF_SEC_UNDEF)
		return diag_error(c->m.diag, &where, "annotation-useless",
				  "a useless annotation: the module itself defines this symbol");
	if (starts_with(sym->name, KLP_SYM_PREFIX))
		return diag_error(c->m.diag, &where, "annotation-conflict",
				  "an annotation of a symbol whose name is an annotation itself");
	pos = get_le32(sec->data + offset + ENTRY_POS);
	to = klp_convert_of(c, r->sym);
	if (to)
		return strcmp(to->object, object) || to->pos != pos ?
			       conflict(c, sec, offset, to, object, pos) :
			       0;
	to = klp_convert_add(c, r->sym);
	to->patched = to->object = object;
	to->name = sym->name;
	to->pos = pos;
	to->section = sec->name;
	return 0;
}

/* Every entry has one relocation, at its begin. */
static int check_between(struct convert *c, const struct elf_sec *sec)
{
	const struct elf_sec *rela = sec->rela;
	int err = 0;

	for (size_t k = 0; rela && k < rela->nr_relocs; k++) {
		uint64_t offset = rela->relocs[k].offset;
		struct diag_where where = at(c, sec, offset);

		if (offset % ENTRY_SIZE || (k && rela->relocs[k - 1].offset == offset))
			err = diag_error(c->m.diag, &where, "annotation",
					 "a relocation where an entry (12 bytes: symbol, position) "
					 "has none");
	}
	for (size_t i = 0; err && i < c->nr; i++)
		c->conversions[i].refused |= c->conversions[i].section == sec->name;
	return err;
}

static int read_section(struct convert *c, struct elf_sec *sec)
{
	const char *object = sec->name + strlen(FORM_A);
	const char *bad = *object == '.' ? klp_name_check_object(object + 1, strlen(object + 1)) :
					   "there is no object name behind " FORM_A;
	struct diag_where where = { .object = c->m.elf->path, .section = sec->name };
	int err = 0;

	if (bad)
		return diag_error(c->m.diag, &where, "annotation", "a bad section name: %s", bad);
	if (sec->size && (!sec->data || sec->size % ENTRY_SIZE))
		return diag_error(c->m.diag, &where, "annotation",
				  "its size 0x%llx is not a multiple of %d, or it has no contents",
				  (unsigned long long)sec->size, ENTRY_SIZE);
	for (uint64_t offset = 0; offset < sec->size; offset += ENTRY_SIZE)
		err |= read_entry(c, sec, offset);
	sec->dropped = true;
	if (sec->rela)
		sec->rela->dropped = true;
	/* A misplaced relocation is the reason of both. */
	return err ?: check_between(c, sec);
}

/* ---- form B ---- */

/* <object>. at *s: a copy of the name, *s behind its dot.  NULL, or what is wrong. */
static const char *take_object(const struct convert *c, const char **s, const char **object)
{
	const char *dot = strchr(*s, '.');
	const char *bad = dot ? klp_name_check_object(*s, (size_t)(dot - *s)) : "it has too few parts";

	if (bad)
		return bad;
	*object = arena_strndup(c->m.arena, *s, (size_t)(dot - *s));
	*s = dot + 1;
	return NULL;
}

/* <name>,<position> or <name>.<position> at s.  NULL, or what is wrong. */
static const char *take_symbol(const struct convert *c, const char *s, struct conversion *to)
{
	const char *end = strchr(s, ',') ?: strrchr(s, '.');
	struct klp_sym_name parsed;
	const char *bad;

	if (!end || !end[1] || (*end == '.' && end[1 + strspn(end + 1, "0123456789")]))
		return "the position at its end is missing";
	bad = klp_name_parse(arena_printf(c->m.arena, KLP_SYM_PREFIX "%s.%.*s,%s", to->object,
					 (int)(end - s), s, end + 1),
			    &parsed);
	if (bad)
		return bad;
	to->name = arena_strndup(c->m.arena, s, (size_t)(end - s));
	to->pos = parsed.pos;
	return NULL;
}

static const char *parse_name(const struct convert *c, const char *s, struct conversion *to)
{
	const char *bad = take_object(c, &s, &to->patched);

	bad = bad ?: take_object(c, &s, &to->object);
	return bad ?: take_symbol(c, s, to);
}

/* Which object's livepatch relocations can hold it. */
static int choose_patched(struct convert *c, const char *sym, struct conversion *to)
{
	struct diag_where where = klp_convert_at_sym(c, sym);

	if (!strcmp(to->patched, "vmlinux") && strcmp(to->object, "vmlinux") != 0)
		return diag_error(c->m.diag, &where, "klp-object",
				  "a symbol of module %s in the livepatch relocations of vmlinux: "
				  "they are applied whether that module is loaded or not",
				  to->object);
	/* The kernel refuses these under a module, and can do them when it loads the patch. */
	if (!strcmp(to->object, "vmlinux"))
		to->patched = "vmlinux";
	return 0;
}

static int read_symbol(struct convert *c, uint32_t sym)
{
	const char *name = c->m.elf->syms[sym].name;
	struct diag_where where = klp_convert_at_sym(c, name);
	struct conversion to = { .sym = sym };
	const char *bad;

	if (!starts_with(name, FORM_B))
		return diag_error(c->m.diag, &where, "annotation",
				  "an undefined symbol with such a name is none that klp convert "
				  "knows; write " FORM_B "<patched object>.<object>.<name>,"
				  "<position>, or if klp diff made it, run klp post-link");
	bad = parse_name(c, name + strlen(FORM_B), &to);
	if (bad)
		return diag_error(c->m.diag, &where, "annotation",
				  "not of the form " FORM_B "<patched object>.<object>.<name>,"
				  "<position>: %s",
				  bad);
	if (choose_patched(c, name, &to))
		return -EINVAL;
	*klp_convert_add(c, sym) = to;
	return 0;
}

/* ---- both ---- */

/* Position 0 says that there is one, any other that there are several. */
static int check_together(struct convert *c)
{
	struct map seen;
	int err = 0;

	map_init(&seen, c->m.arena);
	for (size_t i = 0; i < c->nr; i++) {
		struct conversion *to = &c->conversions[i], *other;
		const char *key = arena_printf(c->m.arena, "%s.%s", to->object, to->name);
		const struct map_entry *e = map_find_str(&seen, key);
		struct diag_where where = klp_convert_at_sym(c, c->m.elf->syms[to->sym].name);

		if (!e) {
			map_add_str(&seen, key, (uint32_t)i);
			continue;
		}
		other = &c->conversions[e->value];
		if (!to->pos == !other->pos)
			continue;
		to->refused = other->refused = true;
		err = diag_error(c->m.diag, &where, "annotation-conflict",
				 "conflicting annotations: positions %llu and %llu of %s in %s, but "
				 "0 says that the name is unique there",
				 (unsigned long long)other->pos, (unsigned long long)to->pos,
				 to->name, to->object);
	}
	return err;
}

int klp_convert_read_annotations(struct convert *c)
{
	int err = 0;

	for (uint32_t i = 1; i < c->m.nr_secs; i++)
		if (starts_with(c->m.elf->secs[i]->name, FORM_A))
			err |= read_section(c, c->m.elf->secs[i]);
	for (uint32_t i = 1; i < c->m.elf->nr_syms; i++)
		if (c->m.elf->syms[i].sec == ELF_SEC_UNDEF &&
		    starts_with(c->m.elf->syms[i].name, KLP_SYM_PREFIX))
			err |= read_symbol(c, i);
	c->unread = err;
	for (size_t i = 0; i < c->nr; i++)
		c->conversions[i].annotated = true;
	return check_together(c) ?: err;
}
