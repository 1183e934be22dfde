// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Entries of static keys and static calls that the kernel would read too early: the entry is left
 * out, or an error.
 *
 * When a livepatch module is loaded, the kernel initialises the jump labels and static call sites
 * in it.  A key of vmlinux is there by then, and so is a key that the patch brings.  A key of the
 * patched module is not: the livepatch relocation to it is applied only when that module is
 * there.  For example, a copied function of a module has an entry in __jump_table for the
 * module's tracepoint: without the entry the branch stays as compiled, and the tracepoint is not
 * traced in the copy.  For any other key the result would be wrong, so that it is an error.
 */
#include <string.h>

#include <klp/facts.h>

#include "internal.h"


static const struct ref *key_ref(const struct object *obj, const struct piece *entry)
{
	int8_t key = entry->layout ? entry->layout->key : SPECIAL_NONE;

	for (uint32_t k = 0; k < entry->nr_refs && key != SPECIAL_NONE; k++) {
		const struct ref *r = &obj->refs[entry->first_ref + k];

		if (r->place == entry->start + (uint64_t)key && !(r->flags & REF_DROP))
			return r;
	}
	return NULL;
}

/* An undefined key: whose it is tells the same as for other references. */
static bool is_late(const struct diff *d, const char *name)
{
	const struct export *x = exports_find(d->ctx.exports, name);
	const char *object = d->ctx.object;

	if (x)
		return strcmp(x->module, "vmlinux") != 0;
	/* A key that none of the kernel's files has is new, in another object of the livepatch. */
	if (!diff_find_global(d, name, &object) && d->ctx.kernel)
		return false;
	return strcmp(object, "vmlinux") != 0;
}

/* The name of a key that the kernel finds only when the patched module is there, or NULL. */
static const char *late_key(const struct diff *d, const struct ref *r)
{
	const struct object *obj = d->patched;
	const struct piece *p = ref_piece(obj, r);
	const char *name;

	if (p)
		return p->twin == NO_PIECE || !strcmp(d->ctx.object, "vmlinux") ? NULL : p->name;
	name = obj->elf->syms[r->sym].name;
	return is_late(d, name) ? name : NULL;
}

/* A global function has no file of its own in the symbol table, but there may be only one. */
static const char *source_file(const struct object *obj, uint32_t sym)
{
	const char *name = object_file_name(obj, sym), *only = "unknown";
	uint32_t nr = 0;

	for (uint32_t i = 1; !*name && i < obj->elf->nr_syms; i++)
		if (obj->elf->syms[i].type == STT_FILE && !nr++)
			only = obj->elf->syms[i].name;
	return *name ? name : nr == 1 ? only : "unknown";
}

static void judge(struct diff *d, struct piece *entry)
{
	const struct object *obj = d->patched;
	const struct ref *r = key_ref(obj, entry);
	const struct piece *owner = entry->owner == NO_PIECE ? NULL : &obj->pieces[entry->owner];
	const char *key = r ? late_key(d, r) : NULL;
	struct diag_where where;

	if (!key || !owner)
		return;
	where = object_where(obj, owner->sec, owner->base);
	for (uint32_t k = 0; k < entry->nr_refs; k++)
		if (obj->refs[entry->first_ref + k].piece == entry->owner) {
			where.offset += (uint64_t)obj->refs[entry->first_ref + k].off;
			break;
		}
	where.symbol = owner->name;
	entry->flags |= PIECE_LEFT_OUT;
	if (is_trace_key(key))
		diag_note(d->diag, &where, "trace-key-left-out",
			  "the tracepoint of %s is not traced in the copy: it belongs to a module", key);
	else
		diag_add(d->diag, DIAG_ERROR, &where, "module-key",
			 "uses %s %s of a module (source file %s), which is not there yet when the "
			 "kernel initialises the livepatch's %s: %s",
			 strcmp(entry->sec->name, "__jump_table") ? "the static call" : "the static key",
			 key, source_file(obj, owner->sym), entry->sec->name,
			 strcmp(entry->sec->name, "__jump_table")
				 ? "call the function directly in the patch"
				 : "write static_key_enabled() instead of static_branch_*() in the "
				   "patch");
}

/* Judges the entries of every function that changed or is new; others are not copied. */
void diff_judge_keys(struct diff *d)
{
	for (uint32_t i = 0; i < d->patched->nr_pieces; i++) {
		struct piece *p = &d->patched->pieces[i];
		const struct piece *root;

		if (p->kind != PIECE_ENTRY || !(p->rule->flags & SPECIAL_KEYED) ||
		    p->owner == NO_PIECE)
			continue;
		root = &d->patched->pieces[piece_root(d->patched, i)];
		if (root->flags & PIECE_CHANGED || root->twin == NO_PIECE)
			judge(d, p);
	}
}
