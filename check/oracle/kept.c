// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The oracle: what the output leaves to the kernel is there as the patch wants it: in
 * memory that is still there, that may be written to where the patched object's may, of
 * one copy or one per CPU, and aligned as the patched object's is.
 */
#include "internal.h"

/* The kinds of memory, by what may be done with it. */
enum can {
	CAN_READ = 1,		/* after boot or load, at its address */
	CAN_WRITE = 2,
	CAN_PER_CPU = 4,	/* by its offset */
	CAN_PER_THREAD = 8,
};

static unsigned int can_do(enum storage storage)
{
	switch (storage) {
	case STORAGE_INIT:
	case STORAGE_EXIT:
		return 0;
	case STORAGE_PER_CPU:
		return CAN_PER_CPU;
	case STORAGE_THREAD:
		return CAN_PER_THREAD;
	case STORAGE_READ_ONLY:
	case STORAGE_RO_AFTER_INIT:
	case STORAGE_CODE:
		return CAN_READ;
	default:
		return CAN_READ | CAN_WRITE;
	}
}

static const struct elf_sec *section_of(const struct image *img, uint32_t sym)
{
	return img->elf->secs[img->elf->syms[sym].sec];
}

/* All of that name in the kernel: can one do with them what is wanted? */
static bool kernel_can(const struct oracle *o, const char *name, unsigned int wanted)
{
	size_t nr = 0;
	const struct kernel_sym *s = o->kernel ? kernel_file_find(o->kernel, name, &nr) : NULL;

	for (size_t i = 0; i < nr; i++) {
		enum storage storage = kernel_storage(o->kernel, o->arch, &s[i]);

		if (storage == STORAGE_UNKNOWN || wanted & ~can_do(storage))
			return false;
	}
	return nr;
}

static bool kernel_is_aligned(const struct oracle *o, const char *name, uint64_t align)
{
	size_t nr = 0;
	const struct kernel_sym *s = o->kernel ? kernel_file_find(o->kernel, name, &nr) : NULL;

	for (size_t i = 0; i < nr; i++)
		if (kernel_alignment(o->kernel, &s[i]) < align)
			return false;
	return nr;
}

/* The section's alignment, if all of its symbols stand at its begin: it is theirs.  0: unknown. */
static uint64_t section_asks(const struct image *img, uint32_t sec)
{
	uint32_t end = img->first[sec + 1];
	bool any = end > img->first[sec];

	return any && img->elf->syms[img->syms[end - 1]].value ? 0 : img->elf->secs[sec]->align;
}

/* Where what stands before the symbol in its section ends. */
static uint64_t end_before(const struct image *img, uint32_t sym)
{
	const struct elf_sym *s = &img->elf->syms[sym];
	uint32_t i = image_first_at(img, s->sec, (int64_t)s->value);

	return i > img->first[s->sec] ? img->ends[i - 1] : 0;
}

/* What would explain the gap between the object and the one before it.  0: nothing does. */
static uint64_t gap_asks(const struct image *img, uint32_t sym)
{
	uint64_t end = end_before(img, sym), at = img->elf->syms[sym].value, align = 1;

	if (end >= at)
		return 0;
	/* With less, it would stand in front of where it is. */
	while (align <= at && at - align >= end)
		align *= 2;
	return at % align ? 0 : align;
}

/* Is nothing in the gap that something leads to? */
static bool is_gap_empty(struct image *img, uint32_t sym)
{
	const struct elf_sym *s = &img->elf->syms[sym];
	uint64_t end = end_before(img, sym);

	return !image_is_target(img, s->sec, end) &&
	       image_next_target(img, s->sec, end) == s->value;
}

static bool is_aligned(const struct image *img, uint32_t sym, uint64_t align)
{
	return section_of(img, sym)->align >= align && !(img->elf->syms[sym].value % align);
}

/* The alignment that it has in patched, and not for certain in the kernel.  0: none. */
static uint64_t lost_alignment(struct oracle *o, uint32_t orig, uint32_t psym)
{
	const char *name = o->orig.elf->syms[orig].name;
	uint64_t section = section_asks(&o->patched, o->patched.elf->syms[psym].sec);
	uint64_t gap = gap_asks(&o->patched, psym), asked = section > gap ? section : gap;

	if (asked <= 1 || is_aligned(&o->orig, orig, asked) || kernel_is_aligned(o, name, asked))
		return 0;
	/* Who leads there is asked last: most of the object has to be read for that. */
	if (gap <= section || is_gap_empty(&o->patched, psym))
		return asked;
	if (section <= 1 || is_aligned(&o->orig, orig, section) ||
	    kernel_is_aligned(o, name, section))
		return 0;
	return section;
}

void check_kept(struct oracle *o, uint32_t osec, uint64_t at, uint32_t orig, uint32_t psym)
{
	const char *name = o->orig.elf->syms[orig].name;
	enum storage has = special_storage_of(o->arch, section_of(&o->orig, orig));
	enum storage want = special_storage_of(o->arch, section_of(&o->patched, psym));
	unsigned int wanted = can_do(want);
	uint64_t align = 0;

	if (wanted & ~can_do(has) && !kernel_can(o, name, wanted))
		oracle_finding(o, osec, at, "kept-kind",
			       "%s is %s in the kernel (%s), %s in %s (%s)", name,
			       special_storage_text(has), section_of(&o->orig, orig)->name,
			       special_storage_text(want), o->patched.elf->path,
			       section_of(&o->patched, psym)->name);
	if (!oracle_is_code(section_of(&o->patched, psym)))
		align = lost_alignment(o, orig, psym);
	if (align)
		oracle_finding(
			o, osec, at, "alignment",
			"%s is aligned to %llu bytes in %s, and not for certain in the kernel",
			name, (unsigned long long)align, o->patched.elf->path);
}
