// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: several static objects of one name in one function that changed.
 *
 * If they are the same in all but their number, and nobody else uses them, only their
 * order tells which is which of the original: it must be kept.
 */
#include <string.h>

#include "internal.h"

static bool same_contents(const struct image *img, const struct elf_sym *a, const struct elf_sym *b)
{
	const uint8_t *x = img->elf->secs[a->sec]->data, *y = img->elf->secs[b->sec]->data;

	if (a->size != b->size || !x != !y || img->elf->secs[a->sec]->rela ||
	    img->elf->secs[b->sec]->rela)
		return false;
	return !x || !memcmp(x + a->value, y + b->value, a->size);
}

static bool is_like(const struct image *img, uint32_t sym, uint32_t other)
{
	const struct elf_sym *a = &img->elf->syms[sym], *b = &img->elf->syms[other];

	return elf_sym_in_sec(b) && b->type == STT_OBJECT && b->bind == STB_LOCAL &&
	       same_stem(a->name, b->name) && !strcmp(img->files[sym], img->files[other]) &&
	       same_contents(img, a, b);
}

/* Does anything but the function lead to it? */
static bool is_shared(const struct image *img, uint32_t function, uint32_t sym)
{
	const struct elf_sym *f = &img->elf->syms[function], *s = &img->elf->syms[sym];
	struct operands ops = { .nr = 0 };
	bool shared = false;

	for (uint32_t i = 1; i < img->elf->nr_secs && !shared; i++) {
		/* A slot is its users'. */
		if (!(img->elf->secs[i]->flags & SHF_ALLOC) ||
		    in_slots(img, &(struct place){ .sec = i }))
			continue;
		image_operands(img, i, 0, img->elf->secs[i]->size, &ops);
		for (size_t k = 0; k < ops.nr && !shared; k++) {
			struct place to = image_follow(img, &ops.list[k]);

			shared = to.sec == s->sec && (uint64_t)to.off - s->value < s->size &&
				 (i != f->sec || ops.list[k].at - f->value >= f->size);
		}
	}
	arena_give_back(img->arena, ops.list, ops.cap, sizeof(*ops.list));
	return shared;
}

/* How many there are, and how many of them stand before sym; false: others use them, too. */
static bool rank_of(const struct image *img, uint32_t function, uint32_t sym, unsigned int *nr,
		    unsigned int *rank)
{
	const struct elf_sym *s = &img->elf->syms[sym];

	*nr = *rank = 0;
	for (uint32_t i = 1; i < img->elf->nr_syms; i++) {
		const struct elf_sym *t = &img->elf->syms[i];

		if (!is_like(img, sym, i))
			continue;
		++*nr;
		*rank += t->sec < s->sec || (t->sec == s->sec && t->value < s->value);
	}
	for (uint32_t i = 1; *nr > 1 && i < img->elf->nr_syms; i++)
		if (is_like(img, sym, i) && is_shared(img, function, i))
			return false;
	return *nr > 1;
}

static bool is_another_in(struct oracle *o, const struct range *r, uint32_t orig, uint32_t psym)
{
	unsigned int onr, orank, pnr, prank;
	uint32_t old;

	if (!is_function(&o->patched.elf->syms[r->psym]))
		return false;
	old = orig_called(o, o->patched.elf->syms[r->psym].name, r->psym);
	return old && rank_of(&o->patched, r->psym, psym, &pnr, &prank) &&
	       rank_of(&o->orig, old, orig, &onr, &orank) && onr == pnr && orank != prank &&
	       symbols_differ(o, old, r->psym);
}

bool is_out_of_order(struct oracle *o, uint32_t osec, uint64_t at, uint32_t orig, uint32_t psym)
{
	const struct range *r;

	if (o->said[psym] || o->orig.elf->syms[orig].type != STT_OBJECT)
		return false;
	for (size_t i = 0; (r = next_user(o, osec, at, &i));)
		if (is_another_in(o, r, orig, psym))
			return true;
	return false;
}
